// The host's account (keys of functions, leases of timers, the package), and the state's account (everything that Drawbridge
// knows). They are apart, so that the state can be locked, kept and restored without the host's files. Shared keys are off in
// both: nobody creates a queue or a container by accident, so all of them are declared here.

import { stringMap } from 'types.bicep'

param location string
param tags stringMap
param hostAccountName string
param stateAccountName string

@description('Queues that are declared; each also gets its poison queue.')
param queues string[]

@description('Closes both accounts to public networks.')
param closed bool

@description('Forbids to delete the state account.')
param lock bool

@description('For how many days nothing in the archive can be changed or deleted; 0 for no such policy.')
@minValue(0)
@maxValue(146000)
param immutabilityDays int

@description('Redundancy of the state account.')
param stateSku 'Standard_LRS' | 'Standard_ZRS' | 'Standard_GRS' | 'Standard_GZRS'

var accountProperties = {
  allowSharedKeyAccess: false
  allowBlobPublicAccess: false
  allowCrossTenantReplication: false
  defaultToOAuthAuthentication: true
  minimumTlsVersion: 'TLS1_2'
  supportsHttpsTrafficOnly: true
  publicNetworkAccess: closed ? 'Disabled' : 'Enabled'
  networkAcls: {
    defaultAction: closed ? 'Deny' : 'Allow'
    // Event Grid writes dead letters, and events to the queue, as a trusted service: there is no private endpoint for it.
    bypass: 'AzureServices'
  }
}

resource host 'Microsoft.Storage/storageAccounts@2025-06-01' = {
  name: hostAccountName
  location: location
  tags: tags
  sku: { name: 'Standard_LRS' }
  kind: 'StorageV2'
  properties: accountProperties

  resource blobs 'blobServices' = {
    name: 'default'

    resource package 'containers' = { name: 'app-package' }
  }
}

resource state 'Microsoft.Storage/storageAccounts@2025-06-01' = {
  name: stateAccountName
  location: location
  tags: tags
  sku: { name: stateSku }
  kind: 'StorageV2'
  properties: accountProperties

  resource blobs 'blobServices' = {
    name: 'default'
    properties: {
      deleteRetentionPolicy: { enabled: true, days: 30 }
      containerDeleteRetentionPolicy: { enabled: true, days: 30 }
    }

    resource deadLetters 'containers' = { name: 'dead-letters' }
    resource policy 'containers' = { name: 'policy' }
    resource archive 'containers' = {
      name: 'archive'

      resource immutability 'immutabilityPolicies' = if (immutabilityDays > 0) {
        name: 'default'
        properties: {
          immutabilityPeriodSinceCreationInDays: immutabilityDays
          allowProtectedAppendWrites: false
        }
      }
    }
  }

  resource queueService 'queueServices' = {
    name: 'default'

    resource queue 'queues' = [for name in flatten(map(queues, each => [each, '${each}-poison'])): { name: name }]
  }

  resource tableService 'tableServices' = {
    name: 'default'

    resource table 'tables' = { name: 'drawbridge' }
  }
}

resource stateLock 'Microsoft.Authorization/locks@2020-05-01' = if (lock) {
  name: 'drawbridge-state'
  scope: state
  properties: {
    level: 'CanNotDelete'
    notes: 'Holds the decisions, their hash chain and the archive. Export the decisions (drawbridge decisions --format jsonl) and copy the archive before you delete this lock.'
  }
}

output hostId string = host.id
output stateId string = state.id
output packageContainerUrl string = '${host.properties.primaryEndpoints.blob}${host::blobs::package.name}'
output policyContainerUrl string = '${state.properties.primaryEndpoints.blob}${state::blobs::policy.name}'
output archiveContainerUrl string = '${state.properties.primaryEndpoints.blob}${state::blobs::archive.name}'
output deadLetterContainer string = state::blobs::deadLetters.name
output hostBlobUri string = host.properties.primaryEndpoints.blob
output hostQueueUri string = host.properties.primaryEndpoints.queue
output hostTableUri string = host.properties.primaryEndpoints.table
output stateQueueUri string = state.properties.primaryEndpoints.queue
output stateTableUri string = state.properties.primaryEndpoints.table
