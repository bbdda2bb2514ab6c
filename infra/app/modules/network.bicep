// The virtual network and the private DNS zones, where none are given. Subnets and zones of a landing zone usually belong to
// another team: given ids are used, and nothing is changed.

import { privateNetwork, stringMap, zoneIds } from 'types.bicep'

param location string
param tags stringMap
param name string
param network privateNetwork

var zoneNames = {
  blob: 'privatelink.blob.${environment().suffixes.storage}'
  queue: 'privatelink.queue.${environment().suffixes.storage}'
  table: 'privatelink.table.${environment().suffixes.storage}'
  sites: 'privatelink.azurewebsites.net'
  vault: 'privatelink.vaultcore.azure.net'
}
var kinds = ['blob', 'queue', 'table', 'sites', 'vault']
var addressPrefix = empty(network.?addressPrefix) ? '10.0.0.0/26' : network.addressPrefix!
// main.bicep refuses one subnet without the other.
var hasSubnets = !empty(network.?endpointSubnetId)
var makesZones = network.?zoneIds == null && !(network.?dnsByPolicy ?? false)

resource virtualNetwork 'Microsoft.Network/virtualNetworks@2025-05-01' = if (!hasSubnets) {
  name: 'vnet-${name}'
  location: location
  tags: tags
  properties: {
    addressSpace: { addressPrefixes: [addressPrefix] }
    subnets: [
      {
        name: 'integration'
        properties: {
          addressPrefix: cidrSubnet(addressPrefix, 27, 0)
          delegations: [
            {
              name: 'flex'
              properties: { serviceName: 'Microsoft.App/environments' }
            }
          ]
        }
      }
      {
        name: 'endpoints'
        properties: { addressPrefix: cidrSubnet(addressPrefix, 27, 1) }
      }
    ]
  }

  resource integration 'subnets' existing = { name: 'integration' }
  resource endpoints 'subnets' existing = { name: 'endpoints' }
}

resource zones 'Microsoft.Network/privateDnsZones@2024-06-01' = [
  for kind in kinds: if (makesZones) {
    name: zoneNames[kind]
    location: 'global'
    tags: tags
  }
]

resource links 'Microsoft.Network/privateDnsZones/virtualNetworkLinks@2024-06-01' = [
  for (kind, index) in kinds: if (makesZones) {
    parent: zones[index]
    name: name
    location: 'global'
    tags: tags
    properties: {
      registrationEnabled: false
      virtualNetwork: {
        id: hasSubnets ? join(take(split(network.endpointSubnetId!, '/'), 9), '/') : virtualNetwork.id
      }
    }
  }
]

output integrationSubnetId string = hasSubnets ? network.integrationSubnetId! : virtualNetwork::integration.id
output endpointSubnetId string = hasSubnets ? network.endpointSubnetId! : virtualNetwork::endpoints.id
output zoneIds zoneIds = network.?zoneIds ?? {
  blob: resourceId('Microsoft.Network/privateDnsZones', zoneNames.blob)
  queue: resourceId('Microsoft.Network/privateDnsZones', zoneNames.queue)
  table: resourceId('Microsoft.Network/privateDnsZones', zoneNames.table)
  sites: resourceId('Microsoft.Network/privateDnsZones', zoneNames.sites)
  vault: resourceId('Microsoft.Network/privateDnsZones', zoneNames.vault)
}
