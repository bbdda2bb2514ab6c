// Alert rules on a topic, our own or another team's. They watch our two event subscriptions and do not change the topic.

import { stringMap } from '../../app/modules/types.bicep'

param topicName string
param tags stringMap

@description('Begins the names of the rules.')
param prefix string

@description('Action groups that the rules notify.')
param actionGroupIds string[]

@description('Whether the topic has an identity that may write dead letters.')
param deadLetters bool

var alerts = concat(
  deadLetters
    ? [
        {
          metric: 'DeadLetteredCount'
          description: 'Event Grid gave up events after all tries. They lie in the container dead-letters. The next sweep finds what they were about.'
        }
      ]
    : [],
  [
    {
      metric: 'DroppedEventCount'
      description: 'Event Grid gave up events and kept no copy: there is no dead-letter destination, or it cannot be written. The next sweep finds what they were about.'
    }
    {
      metric: 'DeliveryAttemptFailCount'
      description: 'Events do not reach the app: check whether it runs, and whether its network lets Event Grid in.'
    }
  ]
)

resource topic 'Microsoft.EventGrid/systemTopics@2025-02-15' existing = {
  name: topicName
}

resource metricAlerts 'Microsoft.Insights/metricAlerts@2018-03-01' = [
  for each in alerts: {
    name: '${prefix}-${each.metric}'
    location: 'global'
    tags: tags
    properties: {
      description: each.description
      severity: 3
      enabled: true
      scopes: [topic.id]
      evaluationFrequency: 'PT5M'
      windowSize: 'PT5M'
      autoMitigate: true
      criteria: {
        'odata.type': 'Microsoft.Azure.Monitor.SingleResourceMultipleMetricCriteria'
        allOf: [
          {
            criterionType: 'StaticThresholdCriterion'
            name: each.metric
            metricName: each.metric
            metricNamespace: 'Microsoft.EventGrid/systemTopics'
            // Others may have subscribed to the same topic.
            dimensions: [
              {
                name: 'EventSubscriptionName'
                operator: 'Include'
                values: ['drawbridge-connections', 'drawbridge-addresses']
              }
            ]
            timeAggregation: 'Total'
            operator: 'GreaterThan'
            threshold: 0
          }
        ]
      }
      actions: [
        for id in actionGroupIds: {
          // A parameter, if in a list.
          #disable-next-line use-resource-id-functions
          actionGroupId: id
        }
      ]
    }
  }
]
