// The system topic of a subscription, where it has none yet: Azure takes one for each subscription. Its identity delivers.

import { texts } from '../../app/modules/types.bicep'

param name string
param tags texts

@description('Action groups that are told of dead letters and of failed deliveries.')
param actionGroupIds string[]

var alerts = [
  {
    metric: 'DeadLetteredCount'
    description: 'Events were given up after all tries, and lie in the container dead-letters. The next sweep finds what they told of.'
  }
  {
    metric: 'DeliveryAttemptFailCount'
    description: 'Events do not reach the app: look whether it runs, and whether its network lets Event Grid in.'
  }
]

resource topic 'Microsoft.EventGrid/systemTopics@2025-02-15' = {
  name: name
  location: 'global'
  tags: tags
  identity: { type: 'SystemAssigned' }
  properties: {
    source: subscription().id
    topicType: 'Microsoft.Resources.Subscriptions'
  }
}

resource metricAlerts 'Microsoft.Insights/metricAlerts@2018-03-01' = [
  for each in alerts: {
    name: '${name}-${each.metric}'
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

output principalId string = topic.identity.principalId
