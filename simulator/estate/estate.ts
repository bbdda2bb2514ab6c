import approver from "../../infra/estate/roles/approver.json" with { type: "json" };
import reader from "../../infra/estate/roles/reader.json" with { type: "json" };
import operations from "../../infra/events/operations.json" with { type: "json" };
import {
  emptyWorld,
  type EventSubscription,
  type Service,
  type SystemTopic,
  type VirtualNetwork,
  type World,
} from "./world.ts";

export const tenants = {
  contoso: "c0c0c0c0-0000-4000-8000-00000000c0de",
  partner: "9a9a9a9a-0000-4000-8000-000000009a9a",
};

export const subscriptions = {
  /** Has the API Management services. */
  platform: "11111111-1111-4111-8111-111111111111",
  landingZone: "22222222-2222-4222-8222-222222222222",
  /** In our tenant, but no policy parameter allows it. */
  sandbox: "33333333-3333-4333-8333-333333333333",
  /** In our tenant and new: the app has no read access yet. */
  newTeam: "55555555-5555-4555-8555-555555555555",
  /** In another tenant. */
  partner: "44444444-4444-4444-8444-444444444444",
};

/** What the app may do where the services are: the role that is deployed. */
export const approverActions = approver.actions.map(({ action }) => action);

/** What it may read of requesters: the other role that is deployed. */
export const readerActions = reader.actions.map(({ action }) => action);

export function smallEstate(): World {
  const world = emptyWorld();
  for (const [name, id] of Object.entries(subscriptions)) {
    const tenantId = name === "partner" ? tenants.partner : tenants.contoso;
    world.subscriptions.set(id, {
      id,
      tenantId,
      name: `sub-${name}`,
      state: "Enabled",
      managementGroups: groupsOf(name),
    });
  }
  const principal = (token: string, tenantId: string, assignments: { scope: string; actions: string[] }[]) =>
    world.principals.set(token, { name: token, tenantId, objectId: `object-of-${token}`, assignments });
  principal("simulated", tenants.contoso, [
    { scope: `/subscriptions/${subscriptions.platform}`, actions: approverActions },
    ...[subscriptions.platform, subscriptions.landingZone, subscriptions.sandbox].map((id) => ({
      scope: `/subscriptions/${id}`,
      actions: readerActions,
    })),
  ]);
  principal("owner", tenants.contoso, [
    { scope: `/subscriptions/${subscriptions.platform}`, actions: ["*"] },
  ]);
  principal("requester", tenants.contoso, [
    { scope: `/subscriptions/${subscriptions.landingZone}`, actions: ["*"] },
    { scope: `/subscriptions/${subscriptions.sandbox}`, actions: ["*"] },
    { scope: `/subscriptions/${subscriptions.newTeam}`, actions: ["*"] },
  ]);
  principal("partner", tenants.partner, [
    { scope: `/subscriptions/${subscriptions.partner}`, actions: ["*"] },
  ]);
  for (const service of [
    makeService("apim-orders", subscriptions.platform, "203.0.113.10"),
    makeService("apim-payments", subscriptions.platform, "203.0.113.20"),
  ])
    world.services.set(service.id.toLowerCase(), service);
  const topic = makeSystemTopic(subscriptions.platform);
  world.systemTopics.set(topic.id.toLowerCase(), topic);
  for (const id of Object.values(subscriptions)) {
    const network = makeVirtualNetwork(id);
    world.virtualNetworks.set(network.id.toLowerCase(), network);
  }
  return world;
}

/**
 * The management groups of a subscription, nearest first. A new subscription is directly under the root, as on Azure.
 */
export function groupsOf(subscription: string) {
  const chains: Readonly<Record<string, readonly string[]>> = {
    platform: ["platform", "contoso"],
    landingZone: ["corp", "landingzones", "contoso"],
    sandbox: ["sandbox", "contoso"],
    newTeam: ["contoso"],
  };
  return (chains[subscription] ?? []).map((name) => ({ name, displayName: `Group ${name}` }));
}

/** The app of the estate, as event subscriptions name it. */
export const appName = "func-drawbridge";
/** The id of the app of this name. */
export const appId = (site: string) =>
  `/subscriptions/${subscriptions.platform}/resourceGroups/rg-drawbridge/providers/Microsoft.Web/sites/${site}`;

/** The system topic of a subscription, with an identity of its own, and event subscriptions that deliver to the app. */
export function makeSystemTopic(
  subscriptionId: string,
  eventSubscriptions: readonly EventSubscription[] = makeEventSubscriptions(),
): SystemTopic {
  return {
    id: `/subscriptions/${subscriptionId}/resourceGroups/rg-events/providers/Microsoft.EventGrid/systemTopics/events`,
    name: "events",
    subscriptionId,
    principalId: `${subscriptionId.slice(0, 8)}-0000-4000-8000-00000000e0e0`,
    eventSubscriptions,
  };
}

/** The two event subscriptions that infra/events makes for an app. */
export function makeEventSubscriptions(site = appName): readonly EventSubscription[] {
  const functions = {
    connectionChanged: "drawbridge-connections",
    addressesMayHaveChanged: "drawbridge-addresses",
  };
  return Object.entries(functions).map(([name, subscriptionName]) => ({
    name: subscriptionName,
    properties: {
      eventDeliverySchema: "CloudEventSchemaV1_0",
      destination: {
        endpointType: "AzureFunction",
        properties: {
          resourceId: `${appId(site)}/functions/${name}`,
          maxEventsPerBatch: 1,
          preferredBatchSizeInKilobytes: 64,
        },
      },
      filter: {
        includedEventTypes: ["Write", "Delete", "Action"].map(
          (each) => `Microsoft.Resources.Resource${each}Success`,
        ),
        advancedFilters: [
          {
            operatorType: "StringIn",
            key: "data.operationName",
            values: operations[name as keyof typeof functions],
          },
        ],
      },
      retryPolicy: { maxDeliveryAttempts: 30, eventTimeToLiveInMinutes: 1440 },
    },
  }));
}

/** The virtual network that each subscription has, in the corporate address plan. */
export function makeVirtualNetwork(subscriptionId: string): VirtualNetwork {
  const subnet = (name: string, ...addressPrefixes: string[]) => [name, { name, addressPrefixes }] as const;
  return {
    id: `/subscriptions/${subscriptionId}/resourceGroups/rg-app/providers/Microsoft.Network/virtualNetworks/vnet-app`,
    name: "vnet-app",
    location: "westeurope",
    tags: { costCenter: "4711" },
    addressPrefixes: ["10.20.0.0/16"],
    subnets: new Map([
      subnet("snet-endpoints", "10.20.0.0/20"),
      subnet("snet-legacy", "10.20.16.0/24", "192.168.0.0/24"),
      subnet("default", "10.20.32.0/24"),
      subnet("snet-private", "10.20.48.0/24"),
    ]),
  };
}

/** The minimum duration of a change of a service itself, by Azure's documentation. */
const updateMs = 15 * 60_000;

/** A service with the properties of a recorded stv2 service. */
export function makeService(name: string, subscriptionId: string, publicAddress = "203.0.113.10"): Service {
  const host = (part: string) => `https://${name}${part}.azure-api.net`;
  return {
    id: `/subscriptions/${subscriptionId}/resourceGroups/rg-apim/providers/Microsoft.ApiManagement/service/${name}`,
    subscriptionId,
    name,
    location: "West Europe",
    sku: { name: "Premium", capacity: 1 },
    tags: { owner: "api-platform" },
    zones: [],
    properties: {
      publisherEmail: "api-platform@contoso.example",
      publisherName: "Contoso",
      notificationSenderEmail: "apimgmt-noreply@mail.windowsazure.com",
      provisioningState: "Succeeded",
      targetProvisioningState: "",
      createdAtUtc: "2025-03-01T09:00:00.1234567Z",
      gatewayUrl: host(""),
      gatewayRegionalUrl: host("-westeurope-01.regional"),
      portalUrl: host(".portal"),
      developerPortalUrl: host(".developer"),
      managementApiUrl: host(".management"),
      scmUrl: host(".scm"),
      hostnameConfigurations: [hostname(`${name}.azure-api.net`)],
      publicIPAddresses: [publicAddress],
      privateIPAddresses: null,
      additionalLocations: null,
      virtualNetworkConfiguration: null,
      customProperties: {},
      virtualNetworkType: "None",
      certificates: null,
      disableGateway: false,
      natGatewayState: "Disabled",
      outboundPublicIPAddresses: [publicAddress],
      apiVersionConstraint: { minApiVersion: null },
      publicIpAddressId: null,
      publicNetworkAccess: "Disabled",
      platformVersion: "stv2",
    },
    connections: new Map(),
    updateMs,
  };
}

function hostname(hostName: string) {
  return {
    type: "Proxy",
    hostName,
    encodedCertificate: null,
    keyVaultId: null,
    certificatePassword: null,
    negotiateClientCertificate: false,
    certificate: null,
    defaultSslBinding: true,
    identityClientId: null,
    certificateSource: "BuiltIn",
    certificateStatus: null,
  };
}
