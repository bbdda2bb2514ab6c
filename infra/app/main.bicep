// Drawbridge itself: one resource group with everything that the app needs. Its rights on Azure are granted by infra/estate,
// and the events of the governed subscriptions are subscribed to by infra/events.

targetScope = 'subscription'

import { appSettings, authentication, privateNetwork, secretName, texts } from 'modules/types.bicep'

@description('Names the environment, and what is in it.')
@minLength(1)
@maxLength(24)
param environmentName string = 'drawbridge'

@description('The region of everything.')
param location string = deployment().location

@description('The resource group, which is made: one for each environment.')
param resourceGroupName string = 'rg-${environmentName}'

@description('Tags of everything.')
param tags texts = {}

@description('Settings of the app. Without a scope, the services of this subscription are governed.')
param settings appSettings = { DRAWBRIDGE_MODE: 'observe' }

@description('Settings that are secrets. A key vault is made for them, and the app is given references; their values are put there by hand.')
param secretNames secretName[] = []

@description('Version of Node. 22 is for regions that do not have 24 yet.')
param nodeVersion '22' | '24' = '24'

@description('Memory of an instance.')
param instanceMemoryMB 512 | 2048 | 4096 = 2048

@description('How many instances each group of functions may have. Azure was seen to refuse fewer than 40 in places.')
@minValue(1)
@maxValue(1000)
param maximumInstanceCount int = 40

@description('Spreads the plan over zones, where the region has them.')
param zoneRedundant bool = false

@description('Redundancy of the state account.')
param stateSku 'Standard_LRS' | 'Standard_ZRS' | 'Standard_GRS' | 'Standard_GZRS' = 'Standard_ZRS'

@description('Forbids to delete the state account, also with azd down.')
param stateLock bool = false

@description('For how many days nothing in the archive can be changed or deleted; 0 for no such policy.')
@minValue(0)
@maxValue(146000)
param archiveImmutabilityDays int = 0

@description('Moves what is older than DRAWBRIDGE_KEEP_DAYS to the archive container.')
param archive bool = true

@description('Reads the policy from the container `policy` of the state account, instead of from the package.')
param policyContainer bool = false

@description('How events arrive: by the functions, or by the queue `events` for private estates and other tenants.')
param eventDelivery 'function' | 'queue' = 'function'

@description('Makes a topic that alerts are published to.')
param alertTopic bool = true

@description('Addresses that are told by mail of what the alert rules find.')
param alertEmails string[] = []

@description('Action groups that exist already and are told as well.')
param actionGroupIds string[] = []

@description('How long no sweep may end before it is told: three periods of DRAWBRIDGE_SWEEP_SCHEDULE.')
param sweepAlertWindow string = 'PT15M'

@description('Asks the app for its health from outside, every five minutes. Not where the network is private.')
param availabilityTest bool = false

@description('Keeps logs for so many days.')
@minValue(30)
@maxValue(730)
param logRetentionDays int = 30

@description('Sign-in by Microsoft Entra ID. Off unless there is a client id.')
param auth authentication = {}

@description('Private endpoints for storage, vault and app. Off by default.')
param network privateNetwork = { enabled: false }

@description('The address of a released package, to deploy without azd. Empty where azd or a pipeline brings it.')
param packageUri string = ''

var suffix = uniqueString(subscription().id, resourceGroupName, environmentName)
var compact = take(replace(toLower(environmentName), '-', ''), 8)
var hasSecrets = !empty(secretNames)
var identityName = 'id-${environmentName}'
var insightsName = 'appi-${environmentName}'
var hostAccountName = 'sth${compact}${suffix}'
var stateAccountName = 'sts${compact}${suffix}'
var alertTopicName = alertTopic ? 'evgt-${environmentName}-${suffix}' : ''
var vaultName = hasSecrets ? 'kv-${compact}${take(suffix, 10)}' : ''
// The app has a trigger on each of them, also on `events` where events come to the functions.
var workQueues = ['events', 'reviews', 'alerts', 'reevaluations']

resource group 'Microsoft.Resources/resourceGroups@2024-11-01' = {
  name: resourceGroupName
  location: location
  tags: union(tags, { 'azd-env-name': environmentName })
}

module identity 'modules/identity.bicep' = {
  scope: group
  params: { location: location, tags: tags, name: identityName }
}

module monitoring 'modules/monitoring.bicep' = {
  scope: group
  params: {
    location: location
    tags: tags
    workspaceName: 'log-${environmentName}'
    insightsName: insightsName
    actionGroupName: 'ag-${environmentName}'
    retentionInDays: logRetentionDays
    alertEmails: alertEmails
  }
}

module storage 'modules/storage.bicep' = {
  scope: group
  params: {
    location: location
    tags: tags
    hostAccountName: hostAccountName
    stateAccountName: stateAccountName
    queues: workQueues
    closed: network.enabled
    lock: stateLock
    immutabilityDays: archiveImmutabilityDays
    stateSku: stateSku
  }
}

module topic 'modules/alert-topic.bicep' = if (alertTopic) {
  scope: group
  params: { location: location, tags: tags, name: alertTopicName }
}

module vault 'modules/vault.bicep' = if (hasSecrets) {
  scope: group
  params: {
    location: location
    tags: tags
    name: vaultName
    closed: network.enabled
  }
}

module privateNetworking 'modules/network.bicep' = if (network.enabled) {
  scope: group
  params: { location: location, tags: tags, name: environmentName, network: network }
}

module storageEndpoints 'modules/private-endpoints.bicep' = if (network.enabled) {
  scope: group
  params: {
    location: location
    tags: tags
    name: environmentName
    subnetId: privateNetworking!.outputs.endpointSubnetId
    zones: privateNetworking!.outputs.zoneIds
    targets: concat(
      flatten(map(['blob', 'queue', 'table'], kind => [
        { name: 'host-${kind}', resourceId: storage.outputs.hostId, kind: kind }
        { name: 'state-${kind}', resourceId: storage.outputs.stateId, kind: kind }
      ])),
      hasSecrets ? [{ name: 'vault', resourceId: vault!.outputs.id, kind: 'vault' }] : []
    )
  }
}

// Before the app: it must find its rights when it first starts.
module grants 'modules/grants.bicep' = {
  scope: group
  params: {
    identityName: identityName
    hostAccountName: hostAccountName
    stateAccountName: stateAccountName
    insightsName: insightsName
    alertTopicName: alertTopicName
    vaultName: vaultName
  }
  dependsOn: [identity, monitoring, storage, topic, vault]
}

var platformSettings = {
  AzureWebJobsStorage__credential: 'managedidentity'
  AzureWebJobsStorage__clientId: identity.outputs.clientId
  AzureWebJobsStorage__blobServiceUri: storage.outputs.hostBlobUri
  AzureWebJobsStorage__queueServiceUri: storage.outputs.hostQueueUri
  AzureWebJobsStorage__tableServiceUri: storage.outputs.hostTableUri
  APPLICATIONINSIGHTS_CONNECTION_STRING: monitoring.outputs.connectionString
  APPLICATIONINSIGHTS_AUTHENTICATION_STRING: 'ClientId=${identity.outputs.clientId};Authorization=AAD'
  AZURE_CLIENT_ID: identity.outputs.clientId
  AZURE_TOKEN_CREDENTIALS: 'ManagedIdentityCredential'
  DrawbridgeState__credential: 'managedidentity'
  DrawbridgeState__clientId: identity.outputs.clientId
  DrawbridgeState__tableServiceUri: storage.outputs.stateTableUri
  DrawbridgeState__queueServiceUri: storage.outputs.stateQueueUri
}
var scopeNames = ['SUBSCRIPTIONS', 'MANAGEMENT_GROUPS', 'RESOURCE_GROUPS', 'TAGS', 'IDS']
var hasScope = !empty(filter(scopeNames, each => !empty(settings[?'DRAWBRIDGE_SCOPE_${each}'])))
var vaultUri = hasSecrets ? vault!.outputs.uri : ''
// azd writes empty values for what nobody set.
var authClientId = auth.?clientId ?? ''
var authTenantId = empty(auth.?tenantId) ? tenant().tenantId : auth.?tenantId ?? ''
var authAudience = empty(auth.?audience) ? authClientId : auth.?audience ?? ''
var defaultSettings = union(
  { DRAWBRIDGE_MODE: 'observe' },
  hasScope ? {} : { DRAWBRIDGE_SCOPE_SUBSCRIPTIONS: subscription().subscriptionId },
  alertTopic ? { DRAWBRIDGE_ALERT_TOPIC: topic!.outputs.endpoint } : {},
  archive ? { DRAWBRIDGE_ARCHIVE: storage.outputs.archiveContainerUrl } : {},
  policyContainer ? { DRAWBRIDGE_POLICY: storage.outputs.policyContainerUrl } : {},
  authClientId == ''
    ? {}
    : {
        DRAWBRIDGE_AUTH: 'entra'
        DRAWBRIDGE_AUTH_TENANT: authTenantId
        DRAWBRIDGE_AUTH_AUDIENCE: authAudience
      }
)
var secretSettings = toObject(
  secretNames,
  name => name,
  name => '@Microsoft.KeyVault(SecretUri=${vaultUri}secrets/${replace(name, '_', '-')})'
)
var givenSettings = toObject(
  filter(items(settings), each => !empty(each.?value)),
  each => each.key,
  each => each.?value ?? ''
)

module app 'modules/function.bicep' = {
  scope: group
  params: {
    location: location
    tags: tags
    planName: 'plan-${environmentName}'
    siteName: 'func-${environmentName}-${suffix}'
    identityId: identity.outputs.id
    packageContainerUrl: storage.outputs.packageContainerUrl
    appSettings: union(platformSettings, defaultSettings, secretSettings, givenSettings)
    nodeVersion: nodeVersion
    instanceMemoryMB: instanceMemoryMB
    maximumInstanceCount: maximumInstanceCount
    zoneRedundant: zoneRedundant
    closed: network.enabled
    eventDelivery: eventDelivery
    integrationSubnetId: network.enabled ? privateNetworking!.outputs.integrationSubnetId : ''
    authClientId: authClientId
    authTenantId: authTenantId
    authAudience: authAudience
    packageUri: packageUri
  }
  dependsOn: [grants, storageEndpoints]
}

module appEndpoint 'modules/private-endpoints.bicep' = if (network.enabled) {
  scope: group
  params: {
    location: location
    tags: tags
    name: environmentName
    subnetId: privateNetworking!.outputs.endpointSubnetId
    zones: privateNetworking!.outputs.zoneIds
    targets: [{ name: 'app', resourceId: app.outputs.id, kind: 'sites' }]
  }
}

module alertRules 'modules/alert-rules.bicep' = {
  scope: group
  params: {
    location: location
    tags: tags
    name: environmentName
    workspaceId: monitoring.outputs.workspaceId
    actionGroupIds: concat(monitoring.outputs.actionGroupIds, actionGroupIds)
    sweepWindow: sweepAlertWindow
  }
}

module availability 'modules/availability.bicep' = if (availabilityTest && !network.enabled) {
  scope: group
  params: {
    location: location
    tags: tags
    name: environmentName
    insightsName: insightsName
    hostName: app.outputs.hostName
    actionGroupIds: concat(monitoring.outputs.actionGroupIds, actionGroupIds)
  }
}

@description('For infra/events: the app that events are delivered to.')
output DRAWBRIDGE_APP_ID string = app.outputs.id

@description('For infra/events: the account of dead letters and of the queue `events`.')
output DRAWBRIDGE_STATE_ACCOUNT_ID string = storage.outputs.stateId

@description('For infra/estate: the identity that is granted the two roles.')
output DRAWBRIDGE_PRINCIPAL_ID string = identity.outputs.principalId

@description('For azd, and for whoever deploys the package.')
output AZURE_FUNCTION_NAME string = app.outputs.name

output AZURE_RESOURCE_GROUP string = group.name
output DRAWBRIDGE_EVENT_DELIVERY string = eventDelivery
output DRAWBRIDGE_URL string = 'https://${app.outputs.hostName}'
