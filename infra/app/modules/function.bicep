// The plan and the app on Flex Consumption, its settings, its authentication, and the package where one is given.

import { stringMap } from 'types.bicep'

param location string
param tags stringMap
param planName string
param siteName string
param identityId string
param packageContainerUrl string

@description('Everything that the app is configured with, by name.')
param appSettings stringMap

param nodeVersion '22' | '24'
param instanceMemoryMB 512 | 2048 | 4096

@minValue(1)
@maxValue(1000)
param maximumInstanceCount int

param zoneRedundant bool

@description('Closes the app to public networks, but for Event Grid where it delivers to the functions.')
param closed bool

param eventDelivery 'function' | 'queue'

@description('The subnet that the app calls out from; empty where it has none.')
param integrationSubnetId string

@description('The application id of the app registration; empty leaves sign-in off.')
param authClientId string

param authTenantId string
param authAudience string

@description('The address of a released package; empty where azd or a pipeline brings the package.')
param packageUri string

resource plan 'Microsoft.Web/serverfarms@2025-03-01' = {
  name: planName
  location: location
  tags: tags
  kind: 'functionapp'
  sku: { name: 'FC1', tier: 'FlexConsumption' }
  properties: {
    reserved: true
    zoneRedundant: zoneRedundant
  }
}

resource site 'Microsoft.Web/sites@2025-03-01' = {
  name: siteName
  location: location
  tags: union(tags, { 'azd-service-name': 'app' })
  kind: 'functionapp,linux'
  identity: {
    type: 'UserAssigned'
    userAssignedIdentities: { '${identityId}': {} }
  }
  properties: {
    serverFarmId: plan.id
    httpsOnly: true
    keyVaultReferenceIdentity: identityId
    publicNetworkAccess: closed && eventDelivery == 'queue' ? 'Disabled' : 'Enabled'
    virtualNetworkSubnetId: empty(integrationSubnetId) ? null : integrationSubnetId
    siteConfig: {
      minTlsVersion: '1.2'
      ipSecurityRestrictionsDefaultAction: closed ? 'Deny' : 'Allow'
      ipSecurityRestrictions: closed && eventDelivery == 'function'
        ? [
            {
              name: 'event-grid'
              description: 'Event Grid reaches functions from the internet alone'
              tag: 'ServiceTag'
              ipAddress: 'AzureEventGrid'
              action: 'Allow'
              priority: 100
            }
          ]
        : []
    }
    functionAppConfig: {
      deployment: {
        storage: {
          type: 'blobContainer'
          value: packageContainerUrl
          authentication: {
            type: 'UserAssignedIdentity'
            userAssignedIdentityResourceId: identityId
          }
        }
      }
      runtime: { name: 'node', version: nodeVersion }
      scaleAndConcurrency: {
        instanceMemoryMB: instanceMemoryMB
        maximumInstanceCount: maximumInstanceCount
      }
    }
  }

  resource settings 'config' = {
    name: 'appsettings'
    properties: appSettings
  }

  resource scm 'basicPublishingCredentialsPolicies' = {
    name: 'scm'
    properties: { allow: false }
  }

  resource ftp 'basicPublishingCredentialsPolicies' = {
    name: 'ftp'
    properties: { allow: false }
  }

  // These paths need no token: health, the description of the API, the dashboard's page, which holds no data, and Event
  // Grid's endpoint, which has a key of its own. The
  // app checks the token's tenant, audience and role again.
  resource authSettings 'config' = if (authClientId != '') {
    name: 'authsettingsV2'
    properties: {
      platform: { enabled: true }
      globalValidation: {
        requireAuthentication: true
        unauthenticatedClientAction: 'Return401'
        excludedPaths: [
          '/api/health'
          '/api/openapi.json'
          '/runtime/webhooks/EventGrid'
          '/api/dashboard'
          '/api/dashboard/*'
        ]
      }
      httpSettings: { requireHttps: true }
      identityProviders: {
        azureActiveDirectory: {
          enabled: true
          registration: {
            clientId: authClientId
            openIdIssuer: '${environment().authentication.loginEndpoint}${authTenantId}/v2.0'
          }
          validation: { allowedAudiences: [authAudience] }
        }
      }
      login: { tokenStore: { enabled: false } }
    }
    dependsOn: [settings]
  }

  resource package 'extensions' = if (packageUri != '') {
    name: 'onedeploy'
    // The types of this resource have no properties; OneDeploy takes these.
    #disable-next-line BCP187
    properties: {
      packageUri: packageUri
      remoteBuild: false
    }
    dependsOn: [settings]
  }
}

output id string = site.id
output name string = site.name
output hostName string = site.properties.defaultHostName
