// What the identity of a topic may do at the state account: write dead letters, and events where they go to the queue.

param stateAccountName string

@description('The principal of the topic\'s identity.')
param principalId string

param eventDelivery 'function' | 'queue'

var roles = loadJsonContent('../../built-in-roles.json')

resource state 'Microsoft.Storage/storageAccounts@2025-06-01' existing = {
  name: stateAccountName

  resource blobs 'blobServices' existing = {
    name: 'default'

    resource deadLetters 'containers' existing = { name: 'dead-letters' }
  }

  resource queues 'queueServices' existing = {
    name: 'default'

    resource events 'queues' existing = { name: 'events' }
  }
}

// The principal is part of the names: a topic that is created again has a new one, and Azure refuses to change the principal of
// an assignment (RoleAssignmentUpdateNotPermitted).
resource deadLetters 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(state::blobs::deadLetters.id, principalId, 'Storage Blob Data Contributor')
  scope: state::blobs::deadLetters
  properties: {
    principalId: principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId(
      'Microsoft.Authorization/roleDefinitions',
      roles['Storage Blob Data Contributor']
    )
  }
}

resource events 'Microsoft.Authorization/roleAssignments@2022-04-01' = if (eventDelivery == 'queue') {
  name: guid(state::queues::events.id, principalId, 'Storage Queue Data Message Sender')
  scope: state::queues::events
  properties: {
    principalId: principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId(
      'Microsoft.Authorization/roleDefinitions',
      roles['Storage Queue Data Message Sender']
    )
  }
}
