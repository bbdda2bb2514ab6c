// The vault of the settings that are secrets. Their values never pass through a deployment: a person with the right writes them with
// az keyvault secret set, under the setting's name with hyphens.

import { stringMap } from 'types.bicep'

param location string
param tags stringMap
param name string

@description('Closes the vault to public networks.')
param closed bool

@description('Brings a deleted vault of this name back, with its secrets. Azure refuses it where there is none.')
param recover bool

resource vault 'Microsoft.KeyVault/vaults@2024-11-01' = {
  name: name
  location: location
  tags: tags
  properties: {
    createMode: recover ? 'recover' : 'default'
    tenantId: tenant().tenantId
    sku: { family: 'A', name: 'standard' }
    enableRbacAuthorization: true
    enableSoftDelete: true
    enablePurgeProtection: true
    publicNetworkAccess: closed ? 'Disabled' : 'Enabled'
    networkAcls: {
      defaultAction: closed ? 'Deny' : 'Allow'
      bypass: 'AzureServices'
    }
  }
}

output id string = vault.id
output uri string = vault.properties.vaultUri
