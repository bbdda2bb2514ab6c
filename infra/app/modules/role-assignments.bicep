// What the app's identity may do with data, and why. The right to approve is granted apart, by infra/estate.

param identityName string
param hostAccountName string
param stateAccountName string
param insightsName string

@description('The topic of alerts; empty where there is none.')
param alertTopicName string

@description('The vault of secrets; empty where there is none.')
param vaultName string

var roles = loadJsonContent('../../built-in-roles.json')

resource identity 'Microsoft.ManagedIdentity/userAssignedIdentities@2024-11-30' existing = {
  name: identityName
}

resource host 'Microsoft.Storage/storageAccounts@2025-06-01' existing = {
  name: hostAccountName
}

resource state 'Microsoft.Storage/storageAccounts@2025-06-01' existing = {
  name: stateAccountName

  resource blobs 'blobServices' existing = {
    name: 'default'

    resource policy 'containers' existing = { name: 'policy' }
    resource archive 'containers' existing = { name: 'archive' }
  }
}

resource insights 'Microsoft.Insights/components@2020-02-02' existing = {
  name: insightsName
}

resource alertTopic 'Microsoft.EventGrid/topics@2025-02-15' existing = if (alertTopicName != '') {
  name: alertTopicName
}

resource vault 'Microsoft.KeyVault/vaults@2024-11-01' existing = if (vaultName != '') {
  name: vaultName
}

// The host keeps function keys and the leases of timers in blobs, and reads the package there.
resource hostBlobs 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(host.id, identity.id, 'Storage Blob Data Owner')
  scope: host
  properties: {
    principalId: identity.properties.principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId(
      'Microsoft.Authorization/roleDefinitions',
      roles['Storage Blob Data Owner']
    )
  }
}

// The host writes its own diagnostic events to a table.
resource hostTables 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(host.id, identity.id, 'Storage Table Data Contributor')
  scope: host
  properties: {
    principalId: identity.properties.principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId(
      'Microsoft.Authorization/roleDefinitions',
      roles['Storage Table Data Contributor']
    )
  }
}

// Triggers and outputs of the queues, and reviews that are queued with a delay.
resource stateQueues 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(state.id, identity.id, 'Storage Queue Data Contributor')
  scope: state
  properties: {
    principalId: identity.properties.principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId(
      'Microsoft.Authorization/roleDefinitions',
      roles['Storage Queue Data Contributor']
    )
  }
}

// The table with every decision.
resource stateTables 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(state.id, identity.id, 'Storage Table Data Contributor')
  scope: state
  properties: {
    principalId: identity.properties.principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId(
      'Microsoft.Authorization/roleDefinitions',
      roles['Storage Table Data Contributor']
    )
  }
}

// Policies that are delivered to the container. Read-only, so that the app cannot change its own policy.
resource policies 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(state::blobs::policy.id, identity.id, 'Storage Blob Data Reader')
  scope: state::blobs::policy
  properties: {
    principalId: identity.properties.principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId(
      'Microsoft.Authorization/roleDefinitions',
      roles['Storage Blob Data Reader']
    )
  }
}

// Old decisions and alerts are written to the archive.
resource archive 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(state::blobs::archive.id, identity.id, 'Storage Blob Data Contributor')
  scope: state::blobs::archive
  properties: {
    principalId: identity.properties.principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId(
      'Microsoft.Authorization/roleDefinitions',
      roles['Storage Blob Data Contributor']
    )
  }
}

// Logs are sent with the identity: the component takes no key.
resource telemetry 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(insights.id, identity.id, 'Monitoring Metrics Publisher')
  scope: insights
  properties: {
    principalId: identity.properties.principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId(
      'Microsoft.Authorization/roleDefinitions',
      roles['Monitoring Metrics Publisher']
    )
  }
}

// Alerts are published to the topic.
resource alerts 'Microsoft.Authorization/roleAssignments@2022-04-01' = if (alertTopicName != '') {
  name: guid(resourceId('Microsoft.EventGrid/topics', alertTopicName), identity.id, 'EventGrid Data Sender')
  scope: alertTopic
  properties: {
    principalId: identity.properties.principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roles['EventGrid Data Sender'])
  }
}

// Settings that are references to the vault.
resource secrets 'Microsoft.Authorization/roleAssignments@2022-04-01' = if (vaultName != '') {
  name: guid(resourceId('Microsoft.KeyVault/vaults', vaultName), identity.id, 'Key Vault Secrets User')
  scope: vault
  properties: {
    principalId: identity.properties.principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roles['Key Vault Secrets User'])
  }
}
