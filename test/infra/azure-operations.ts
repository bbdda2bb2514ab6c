/**
 * Operations of the resource providers that the roles name, as Azure's permissions reference lists them ("Azure permissions
 * for Integration", "for Networking", "for Management and governance"). Azure refuses a role definition as a whole if one
 * of its actions matches no operation (`InvalidActionOrNotAction`).
 */
export const documentedOperations: readonly string[] = [
  "Microsoft.ApiManagement/locations/operationsStatuses/read",
  "Microsoft.ApiManagement/service/read",
  "Microsoft.ApiManagement/service/write",
  "Microsoft.ApiManagement/service/delete",
  "Microsoft.ApiManagement/service/operationresults/read",
  "Microsoft.ApiManagement/service/privateEndpointConnectionProxies/read",
  "Microsoft.ApiManagement/service/privateEndpointConnectionProxies/write",
  "Microsoft.ApiManagement/service/privateEndpointConnectionProxies/delete",
  "Microsoft.ApiManagement/service/privateEndpointConnectionProxies/validate/action",
  "Microsoft.ApiManagement/service/privateEndpointConnectionProxies/operationresults/read",
  "Microsoft.ApiManagement/service/privateEndpointConnections/read",
  "Microsoft.ApiManagement/service/privateEndpointConnections/write",
  "Microsoft.ApiManagement/service/privateEndpointConnections/delete",
  "Microsoft.ApiManagement/service/privateLinkResources/read",
  "Microsoft.ApiManagement/service/tenant/operationResults/read",
  "Microsoft.Network/privateEndpoints/read",
  "Microsoft.Network/privateEndpoints/write",
  "Microsoft.Network/privateEndpoints/delete",
  "Microsoft.Network/privateEndpoints/privateDnsZoneGroups/read",
  "Microsoft.Network/virtualNetworks/read",
  "Microsoft.Network/virtualNetworks/subnets/read",
  "Microsoft.Network/publicIPAddresses/read",
  "Microsoft.ResourceGraph/resources/read",
  "Microsoft.Resources/subscriptions/read",
  "Microsoft.Resources/subscriptions/resourceGroups/read",
];
