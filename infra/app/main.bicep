// Drawbridge itself: one resource group with everything that the app needs. Its rights on Azure are granted by infra/estate,
// and the events of the governed subscriptions are subscribed to by infra/events.

targetScope = 'subscription'

import { networkProblemOf, slugOf, windowOf } from 'modules/derive.bicep'
import { alertWindow, appSettings, authentication, privateNetwork, secretName, setting, stringMap } from 'modules/types.bicep'

@description('Names the environment, and what is in it. Other characters than letters and digits become hyphens in the names of resources.')
@minLength(1)
@maxLength(24)
param environmentName string = 'drawbridge'

@description('The region of everything.')
param location string = deployment().location

@description('The resource group, which is made: one for each environment.')
param resourceGroupName string = 'rg-${environmentName}'

@description('Tags of everything.')
param tags stringMap = {}

@description('Settings of the app. Without a scope, the services of this subscription are governed.')
param settings appSettings = { DRAWBRIDGE_MODE: 'observe' }

@description('Further settings, by name and value, for the Functions host and the platform. They replace those of the template. A deployment removes settings that are in no parameter.')
param extraSettings setting[] = []

@description('Settings that are secrets. A key vault is made for them, and the app is given references; their values are put there by hand.')
param secretNames secretName[] = []

@description('The name of the key vault. Empty derives one; Azure keeps the name of a deleted vault for 90 days.')
@maxLength(24)
param vaultName string = ''

@description('Brings a deleted key vault of that name back, with its secrets. For one deployment: Azure refuses it where no such vault is deleted.')
param recoverVault bool = false

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

@description('Redundancy of the state account. A region without availability zones has only Standard_LRS and, mostly, Standard_GRS. Azure does not change it later between those with and without zones.')
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

@description('Mail recipients of the alert rules.')
param alertEmails string[] = []

@description('Existing action groups that the alert rules notify too.')
param actionGroupIds string[] = []

@description('How long no sweep may end before the alert rule fires. Empty takes three periods of DRAWBRIDGE_SWEEP_SCHEDULE, where it is every so many minutes or hours.')
param sweepAlertWindow '' | alertWindow = ''

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

var slug = empty(slugOf(environmentName))
  ? fail('environmentName has neither a letter nor a digit')
  : slugOf(environmentName)
var compact = take(replace(slug, '-', ''), 8)
var suffix = uniqueString(subscription().id, resourceGroupName, environmentName)
var hasSecrets = !empty(secretNames)
var identityName = 'id-${slug}'
var insightsName = 'appi-${slug}'
var hostAccountName = 'sth${compact}${suffix}'
var stateAccountName = 'sts${compact}${suffix}'
var alertTopicName = alertTopic ? 'evgt-${slug}-${suffix}' : ''
var derivedVaultName = 'kv-${compact}${take(suffix, 10)}'
var usedVaultName = !hasSecrets ? '' : empty(vaultName) ? derivedVaultName : vaultName
// The app has a trigger on each of them, also on `events` where events come to the functions.
var workQueues = ['events', 'reviews', 'alerts', 'reevaluations']

var networkProblem = networkProblemOf(network)
var isPrivate = empty(networkProblem) ? network.enabled : fail(networkProblem)

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
    workspaceName: 'log-${slug}'
    insightsName: insightsName
    actionGroupName: 'ag-${slug}'
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
    closed: isPrivate
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
    name: usedVaultName
    closed: isPrivate
    recover: recoverVault
  }
}

module privateNetworking 'modules/network.bicep' = if (isPrivate) {
  scope: group
  params: { location: location, tags: tags, name: slug, network: network }
}

module storageEndpoints 'modules/private-endpoints.bicep' = if (isPrivate) {
  scope: group
  params: {
    location: location
    tags: tags
    name: slug
    subnetId: privateNetworking!.outputs.endpointSubnetId
    zones: privateNetworking!.outputs.zoneIds
    makesRecords: !(network.?dnsByPolicy ?? false)
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
module grants 'modules/role-assignments.bicep' = {
  scope: group
  params: {
    identityName: identityName
    hostAccountName: hostAccountName
    stateAccountName: stateAccountName
    insightsName: insightsName
    alertTopicName: alertTopicName
    vaultName: usedVaultName
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
var furtherSettings = toObject(extraSettings, each => each.name, each => each.value)

module app 'modules/function.bicep' = {
  scope: group
  params: {
    location: location
    tags: tags
    planName: 'plan-${slug}'
    siteName: 'func-${slug}-${suffix}'
    identityId: identity.outputs.id
    packageContainerUrl: storage.outputs.packageContainerUrl
    appSettings: union(platformSettings, defaultSettings, secretSettings, givenSettings, furtherSettings)
    nodeVersion: nodeVersion
    instanceMemoryMB: instanceMemoryMB
    maximumInstanceCount: maximumInstanceCount
    zoneRedundant: zoneRedundant
    closed: isPrivate
    eventDelivery: eventDelivery
    integrationSubnetId: isPrivate ? privateNetworking!.outputs.integrationSubnetId : ''
    authClientId: authClientId
    authTenantId: authTenantId
    authAudience: authAudience
    packageUri: packageUri
  }
  dependsOn: [grants, storageEndpoints]
}

module appEndpoint 'modules/private-endpoints.bicep' = if (isPrivate) {
  scope: group
  params: {
    location: location
    tags: tags
    name: slug
    subnetId: privateNetworking!.outputs.endpointSubnetId
    zones: privateNetworking!.outputs.zoneIds
    makesRecords: !(network.?dnsByPolicy ?? false)
    targets: [{ name: 'app', resourceId: app.outputs.id, kind: 'sites' }]
  }
}

var notifiedGroupIds = union(empty(alertEmails) ? [] : [monitoring.outputs.actionGroupId], actionGroupIds)

var schedule = empty(settings.?DRAWBRIDGE_SWEEP_SCHEDULE) ? '0 */5 * * * *' : settings.?DRAWBRIDGE_SWEEP_SCHEDULE ?? ''
var sweepWindow = empty(sweepAlertWindow) ? windowOf(schedule) : sweepAlertWindow

module alertRules 'modules/alert-rules.bicep' = {
  scope: group
  params: {
    location: location
    tags: tags
    name: slug
    workspaceId: monitoring.outputs.workspaceId
    actionGroupIds: notifiedGroupIds
    sweepWindow: empty(sweepWindow)
      ? fail('sweepAlertWindow is needed: three periods of the schedule "${schedule}" are not known')
      : sweepWindow
  }
}

module availability 'modules/availability.bicep' = if (availabilityTest && !isPrivate) {
  scope: group
  params: {
    location: location
    tags: tags
    name: slug
    insightsName: insightsName
    hostName: app.outputs.hostName
    actionGroupIds: notifiedGroupIds
  }
}

@description('For infra/events: the app that events are delivered to.')
output DRAWBRIDGE_APP_ID string = app.outputs.id

@description('For infra/events: the account of dead letters and of the queue `events`.')
output DRAWBRIDGE_STATE_ACCOUNT_ID string = storage.outputs.stateId

@description('For infra/estate: the identity that is granted the two roles.')
output DRAWBRIDGE_PRINCIPAL_ID string = identity.outputs.principalId

@description('For azd, and for a deployment of the package without it.')
output AZURE_FUNCTION_NAME string = app.outputs.name

@description('For infra/events: the action group of alertEmails; empty without them.')
output DRAWBRIDGE_APP_ACTION_GROUP_ID string = monitoring.outputs.actionGroupId

@description('The key vault of the settings that are secrets; empty without them.')
output DRAWBRIDGE_VAULT_NAME string = usedVaultName

output AZURE_RESOURCE_GROUP string = group.name
output DRAWBRIDGE_EVENT_DELIVERY string = eventDelivery
output DRAWBRIDGE_URL string = 'https://${app.outputs.hostName}'
