using '../../../infra/app/main.bicep'

// Subnets and zones of a landing zone, events by the functions, and no topic of alerts.
param environmentName = 'given'
param alertTopic = false
param archive = false
param availabilityTest = true
param actionGroupIds = [
  '/subscriptions/11111111-1111-4111-8111-111111111111/resourceGroups/rg-ops/providers/Microsoft.Insights/actionGroups/ag-platform'
]
param network = {
  enabled: true
  integrationSubnetId: '/subscriptions/99999999-9999-4999-8999-999999999999/resourceGroups/rg-hub/providers/Microsoft.Network/virtualNetworks/vnet-hub/subnets/flex'
  endpointSubnetId: '/subscriptions/99999999-9999-4999-8999-999999999999/resourceGroups/rg-hub/providers/Microsoft.Network/virtualNetworks/vnet-hub/subnets/endpoints'
  zoneIds: {
    blob: '/subscriptions/99999999-9999-4999-8999-999999999999/resourceGroups/rg-dns/providers/Microsoft.Network/privateDnsZones/privatelink.blob.core.windows.net'
    queue: '/subscriptions/99999999-9999-4999-8999-999999999999/resourceGroups/rg-dns/providers/Microsoft.Network/privateDnsZones/privatelink.queue.core.windows.net'
    table: '/subscriptions/99999999-9999-4999-8999-999999999999/resourceGroups/rg-dns/providers/Microsoft.Network/privateDnsZones/privatelink.table.core.windows.net'
    sites: '/subscriptions/99999999-9999-4999-8999-999999999999/resourceGroups/rg-dns/providers/Microsoft.Network/privateDnsZones/privatelink.azurewebsites.net'
    vault: '/subscriptions/99999999-9999-4999-8999-999999999999/resourceGroups/rg-dns/providers/Microsoft.Network/privateDnsZones/privatelink.vaultcore.azure.net'
  }
}
