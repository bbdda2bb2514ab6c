// The app's one identity: for its storage, its vault, and Azure Resource Manager. infra/estate grants it the rights on Azure.

import { stringMap } from 'types.bicep'

param location string
param tags stringMap
param name string

resource identity 'Microsoft.ManagedIdentity/userAssignedIdentities@2024-11-30' = {
  name: name
  location: location
  tags: tags
}

output id string = identity.id
output principalId string = identity.properties.principalId
output clientId string = identity.properties.clientId
