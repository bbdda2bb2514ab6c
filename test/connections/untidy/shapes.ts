/**
 * Whole answers, in the shapes that were recorded from Azure or that its examples have, with every property that a
 * review reads and many that it does not. One request is Pending at a service in two regions; two others are Approved.
 */
const platform = "/subscriptions/11111111-1111-4111-8111-111111111111/resourceGroups/rg-apim/providers";
const requester = "22222222-2222-4222-8222-222222222222";
const neighbour = "33333333-3333-4333-8333-333333333333";
const networkOf = (subscription: string) =>
  `/subscriptions/${subscription}/resourceGroups/rg-app/providers/Microsoft.Network`;

const serviceId = `${platform}/Microsoft.ApiManagement/service/apim-orders`;
export const connectionId = `${serviceId}/privateEndpointConnections/pe-one`;
export const endpointId = `${networkOf(requester)}/privateEndpoints/pe-one`;
const virtualNetworkId = `${networkOf(requester)}/virtualNetworks/vnet-app`;

function listed(name: string, endpoint: string, status: string, description: string) {
  return {
    id: `${serviceId}/privateEndpointConnections/${name}`,
    name,
    type: "Microsoft.ApiManagement/service/privateEndpointConnections",
    properties: {
      privateEndpoint: { id: endpoint },
      privateLinkServiceConnectionState: { status, description, actionsRequired: null },
      provisioningState: "Succeeded",
      groupIds: ["Gateway"],
    },
  };
}

export const connection = listed("pe-one", endpointId, "Pending", "please");

const connections = [
  connection,
  listed("pe-two", `${networkOf(requester)}/privateEndpoints/pe-two`, "Approved", ""),
  listed("pe-three", `${networkOf(neighbour)}/privateEndpoints/pe-three`, "Approved", "by hand"),
  listed("pe-four", `${networkOf(neighbour)}/privateEndpoints/pe-four`, "Rejected", ""),
];

const place = {
  publicIPAddresses: ["203.0.113.9"],
  privateIPAddresses: null,
  publicIpAddressId: null,
  natGatewayState: "Disabled",
  outboundPublicIPAddresses: ["203.0.113.9"],
  platformVersion: "stv2",
};

export const service = {
  id: serviceId,
  name: "apim-orders",
  type: "Microsoft.ApiManagement/service",
  location: "West Europe",
  sku: { name: "PremiumV2", capacity: 1 },
  tags: { owner: "api-platform" },
  zones: null,
  identity: null,
  etag: "AAAAAAAAAAE=",
  properties: {
    ...place,
    provisioningState: "Succeeded",
    targetProvisioningState: "",
    createdAtUtc: "2025-11-26T05:53:58.4847870Z",
    gatewayUrl: "https://apim-orders.azure-api.net",
    virtualNetworkType: "None",
    virtualNetworkConfiguration: null,
    additionalLocations: [
      { ...place, location: "North Europe", sku: { name: "PremiumV2", capacity: 1 }, zones: [] },
    ],
    hostnameConfigurations: [{ type: "Proxy", hostName: "apim-orders.azure-api.net" }],
    publicNetworkAccess: "Disabled",
    apiVersionConstraint: { minApiVersion: null },
    privateEndpointConnections: connections,
  },
};

export const list = { value: connections };

export const endpoint = {
  id: endpointId,
  name: "pe-one",
  type: "Microsoft.Network/privateEndpoints",
  location: "westeurope",
  etag: 'W/"1"',
  tags: { owner: "team" },
  properties: {
    provisioningState: "Succeeded",
    subnet: { id: `${virtualNetworkId}/subnets/snet-endpoints` },
    privateLinkServiceConnections: [],
    manualPrivateLinkServiceConnections: [
      {
        name: "pe-one",
        id: `${endpointId}/manualPrivateLinkServiceConnections/pe-one`,
        properties: {
          privateLinkServiceId: serviceId,
          groupIds: ["Gateway"],
          requestMessage: "please",
          privateLinkServiceConnectionState: { status: "Pending", description: "Awaiting Approval" },
        },
      },
    ],
    customDnsConfigs: [{ fqdn: "apim-orders.azure-api.net", ipAddresses: ["10.20.0.4"] }],
    ipConfigurations: [],
    applicationSecurityGroups: [{ id: `${networkOf(requester)}/applicationSecurityGroups/asg-callers` }],
    networkInterfaces: [{ id: `${networkOf(requester)}/networkInterfaces/pe-one-nic` }],
  },
};

/** Placeholder for the requested id. */
export const ownId = "{the id that is asked for}";

/** Any endpoint behind an Approved connection, in the same virtual network. */
export const counted = { ...endpoint, id: ownId, name: "another" };

const subnet = (name: string, prefixes: object) => ({
  id: `${virtualNetworkId}/subnets/${name}`,
  name,
  properties: { provisioningState: "Succeeded", ...prefixes, privateEndpointNetworkPolicies: "Disabled" },
});

export const network = {
  id: virtualNetworkId,
  name: "vnet-app",
  type: "Microsoft.Network/virtualNetworks",
  location: "westeurope",
  tags: { costCenter: "4711" },
  properties: {
    provisioningState: "Succeeded",
    addressSpace: { addressPrefixes: ["10.20.0.0/16"] },
    subnets: [
      subnet("default", { addressPrefix: "10.20.32.0/24" }),
      subnet("snet-endpoints", { addressPrefix: "10.20.0.0/20" }),
    ],
    virtualNetworkPeerings: [],
  },
};

/** A subnet with several ranges has them in another property. */
export const wideNetwork = {
  ...network,
  properties: {
    ...network.properties,
    subnets: [subnet("snet-endpoints", { addressPrefixes: ["10.20.0.0/20"] })],
  },
};

const subscription = (id: string, name: string, groups: readonly string[]) => ({
  id: `/subscriptions/${id}`,
  subscriptionId: id,
  name,
  state: "Enabled",
  tags: { team: "web" },
  groups: groups.map((group) => ({ name: group, displayName: `Group ${group}` })),
});

export const graph = {
  totalRecords: 2,
  count: 2,
  resultTruncated: "false",
  facets: [],
  data: [
    subscription(requester, "sub-landing-zone", ["corp", "contoso"]),
    subscription(neighbour, "sub-neighbour", ["corp", "contoso"]),
  ],
};

export const zones = {
  value: [
    {
      id: `${endpointId}/privateDnsZoneGroups/default`,
      name: "default",
      properties: {
        provisioningState: "Succeeded",
        privateDnsZoneConfigs: [
          {
            name: "apim",
            properties: {
              privateDnsZoneId: `${networkOf(requester)}/privateDnsZones/privatelink.azure-api.net`,
              recordSets: [{ recordType: "A", recordSetName: "apim-orders", ipAddresses: ["10.20.0.4"] }],
            },
          },
        ],
      },
    },
  ],
};

export const armError = (code: string) => ({ error: { code, message: "no", details: [], target: null } });
