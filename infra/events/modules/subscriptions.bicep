// The two event subscriptions on a topic: requests for private access, and changes of addresses. Nothing else changes on a topic
// of another team.

param topicName string
param appId string
param stateAccountId string
param eventDelivery 'function' | 'queue'

@description('Whether the topic has an identity that may write dead letters.')
param deadLetters bool

var app = split(appId, '/')
var operations = loadJsonContent('../operations.json')
var kinds = [
  {
    name: 'drawbridge-connections'
    function: 'connectionChanged'
    operations: operations.connectionChanged
    types: ['Microsoft.Resources.ResourceWriteSuccess', 'Microsoft.Resources.ResourceDeleteSuccess']
  }
  {
    name: 'drawbridge-addresses'
    function: 'addressesMayHaveChanged'
    operations: operations.addressesMayHaveChanged
    types: [
      'Microsoft.Resources.ResourceWriteSuccess'
      'Microsoft.Resources.ResourceDeleteSuccess'
      'Microsoft.Resources.ResourceActionSuccess'
    ]
  }
]
var deadLetterDestination = {
  identity: { type: 'SystemAssigned' }
  deadLetterDestination: {
    endpointType: 'StorageBlob'
    properties: { resourceId: stateAccountId, blobContainerName: 'dead-letters' }
  }
}

resource topic 'Microsoft.EventGrid/systemTopics@2025-02-15' existing = {
  name: topicName
}

resource toFunctions 'Microsoft.EventGrid/systemTopics/eventSubscriptions@2025-02-15' = [
  for kind in kinds: if (eventDelivery == 'function') {
    parent: topic
    name: kind.name
    properties: {
      eventDeliverySchema: 'CloudEventSchemaV1_0'
      // Event Grid fetches the key itself and keeps it right: no secret stands in an address.
      destination: {
        endpointType: 'AzureFunction'
        properties: {
          resourceId: resourceId(app[2], app[4], 'Microsoft.Web/sites/functions', app[8], kind.function)
          maxEventsPerBatch: 1
          preferredBatchSizeInKilobytes: 64
        }
      }
      filter: {
        includedEventTypes: kind.types
        advancedFilters: [{ operatorType: 'StringIn', key: 'data.operationName', values: kind.operations }]
      }
      retryPolicy: { maxDeliveryAttempts: 30, eventTimeToLiveInMinutes: 1440 }
      deadLetterWithResourceIdentity: deadLetters ? deadLetterDestination : null
    }
  }
]

resource toQueue 'Microsoft.EventGrid/systemTopics/eventSubscriptions@2025-02-15' = [
  for kind in kinds: if (eventDelivery == 'queue') {
    parent: topic
    name: kind.name
    properties: {
      eventDeliverySchema: 'CloudEventSchemaV1_0'
      deliveryWithResourceIdentity: {
        // A queue takes no user-assigned identity.
        identity: { type: 'SystemAssigned' }
        destination: {
          endpointType: 'StorageQueue'
          properties: { resourceId: stateAccountId, queueName: 'events', queueMessageTimeToLiveInSeconds: 604800 }
        }
      }
      filter: {
        includedEventTypes: kind.types
        advancedFilters: [{ operatorType: 'StringIn', key: 'data.operationName', values: kind.operations }]
      }
      retryPolicy: { maxDeliveryAttempts: 30, eventTimeToLiveInMinutes: 1440 }
      deadLetterWithResourceIdentity: deadLetters ? deadLetterDestination : null
    }
  }
]
