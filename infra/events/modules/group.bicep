// The resource group of a topic: a system topic needs one, and cannot be moved out of it.

targetScope = 'subscription'

import { stringMap } from '../../app/modules/types.bicep'

param name string
param location string
param tags stringMap

resource group 'Microsoft.Resources/resourceGroups@2024-11-01' = {
  name: name
  location: location
  tags: tags
}
