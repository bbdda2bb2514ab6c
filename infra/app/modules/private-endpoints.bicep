// Private endpoints with their DNS records, where these are ours to make.

import { stringMap, zoneIds, zoneKind } from 'types.bicep'

param location string
param tags stringMap
param name string
param subnetId string
param zones zoneIds

@description('Whether the DNS records are made here; otherwise an Azure Policy makes them.')
param makesRecords bool

@description('What gets a private endpoint: a name, the resource, and the group of private link.')
param targets target[]

@sealed()
type target = {
  name: string
  resourceId: string
  kind: zoneKind
}

resource endpoints 'Microsoft.Network/privateEndpoints@2025-05-01' = [
  for each in targets: {
    name: 'pe-${name}-${each.name}'
    location: location
    tags: tags
    properties: {
      subnet: { id: subnetId }
      privateLinkServiceConnections: [
        {
          name: each.name
          properties: {
            // A parameter, if in a list.
            #disable-next-line use-resource-id-functions
            privateLinkServiceId: each.resourceId
            groupIds: [each.kind]
          }
        }
      ]
    }
  }
]

resource records 'Microsoft.Network/privateEndpoints/privateDnsZoneGroups@2025-05-01' = [
  for (each, index) in targets: if (makesRecords) {
    parent: endpoints[index]
    name: 'default'
    properties: {
      privateDnsZoneConfigs: [
        {
          name: each.kind
          properties: { privateDnsZoneId: zones[each.kind] }
        }
      ]
    }
  }
]
