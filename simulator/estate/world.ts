import type { ArmResponse } from "../arm/response.ts";

/** The state of the simulated Azure. Keys are lower-cased ids, because Azure's ids ignore case. */
export interface World {
  readonly subscriptions: Map<string, Subscription>;
  /** By bearer token. */
  readonly principals: Map<string, Principal>;
  readonly services: Map<string, Service>;
  readonly endpoints: Map<string, Endpoint>;
  readonly virtualNetworks: Map<string, VirtualNetwork>;
  readonly publicIps: Map<string, PublicIp>;
  readonly systemTopics: Map<string, SystemTopic>;
  /** Of the whole cloud, by lower-cased name. */
  readonly serviceTags: Map<string, ServiceTag>;
  /** How many addresses have been allocated, so that none is allocated twice. */
  allocated: { public: number; private: number };
  /** By the last segment of the polling address. */
  readonly operations: Map<string, Operation>;
}

export interface Subscription {
  readonly id: string;
  readonly tenantId: string;
  readonly name: string;
  /** Resources in a Disabled or Warned subscription are suspended. */
  state: "Enabled" | "Warned" | "PastDue" | "Disabled";
  /** Nearest first. */
  managementGroups: readonly { readonly name: string; readonly displayName: string }[];
  tags?: Readonly<Record<string, string>>;
}

/** A caller: an app's identity or a person. */
export interface Principal {
  readonly name: string;
  readonly tenantId: string;
  readonly objectId: string;
  readonly assignments: Assignment[];
}

/** A role assignment: the actions that are allowed at a scope and below. */
interface Assignment {
  /** `/`, or the id of a subscription, resource group or resource. */
  readonly scope: string;
  /** Actions such as `Microsoft.Network/privateEndpoints/read`; `*` stands for any run of characters. */
  readonly actions: readonly string[];
}

export interface Service {
  readonly id: string;
  readonly subscriptionId: string;
  readonly name: string;
  readonly location: string;
  sku: { readonly name: string; readonly capacity: number };
  tags: Readonly<Record<string, string>>;
  zones: readonly string[];
  /** In the format of Azure's response. Replaced as a whole, so that earlier snapshots do not change. */
  properties: ServiceProperties;
  readonly connections: Map<string, Connection>;
  /**
   * The duration of an approval, a rejection or a removal, instead of the recorded one; 0 responds with the result at
   * once.
   */
  operationMs?: number;
  /** The duration of a change of the service itself, during which it is Updating. */
  updateMs: number;
  /** The time, on the simulator's clock, until which running operations keep the service Updating. */
  busyUntil?: number;
}

/** One location of a service. Azure writes the primary location into the service's own properties. */
export interface LocationProperties {
  readonly publicIPAddresses?: readonly string[] | null;
  readonly privateIPAddresses?: readonly string[] | null;
  readonly outboundPublicIPAddresses?: readonly string[] | null;
  readonly publicIpAddressId?: string | null;
  readonly virtualNetworkConfiguration?: { readonly subnetResourceId: string } | null;
  readonly natGatewayState?: "Enabled" | "Disabled";
  readonly platformVersion?: string;
}

export interface AdditionalLocation extends LocationProperties {
  readonly location: string;
  readonly zones?: readonly string[];
}

export interface ServiceProperties extends LocationProperties {
  readonly provisioningState: string;
  readonly targetProvisioningState: string;
  readonly createdAtUtc: string;
  readonly virtualNetworkType: string;
  readonly publicNetworkAccess?: string;
  readonly hostnameConfigurations?: readonly { readonly type: string; readonly hostName: string }[];
  readonly additionalLocations?: readonly AdditionalLocation[] | null;
  readonly [other: string]: unknown;
}

export type ConnectionStatus = "Pending" | "Approved" | "Rejected";

export interface Connection {
  readonly id: string;
  readonly name: string;
  readonly endpointId: string;
  readonly groupIds: readonly string[];
  status: ConnectionStatus;
  description: string;
  /**
   * Succeeded by default. Updating late in an operation, although Azure's documented list of states does not have it.
   */
  provisioningState?: "Succeeded" | "Updating";
}

export interface Endpoint {
  readonly id: string;
  readonly name: string;
  readonly location: string;
  /** Undefined if none were sent: Microsoft.Network then omits `tags`. */
  tags: Readonly<Record<string, string>> | undefined;
  etag: string;
  /** The GUID that makes the names of its network interface and of its connection's proxy unique. */
  readonly guid: string;
  readonly subnetId: string;
  /** The address of its network interface. */
  readonly address: string;
  readonly manual: boolean;
  /** The connection's name on both sides, which the requester chooses. */
  readonly connectionName: string;
  readonly requestMessage: string | undefined;
  readonly groupIds: readonly string[];
  readonly serviceId: string;
  readonly connectionId: string;
  /** ARM ids of the private DNS zones in which its zone group keeps a record. */
  dnsZones: readonly string[];
}

export interface VirtualNetwork {
  readonly id: string;
  readonly name: string;
  readonly location: string;
  tags: Readonly<Record<string, string>> | undefined;
  readonly addressPrefixes: readonly string[];
  /** By lower-cased name. Azure writes one range as `addressPrefix`, several as `addressPrefixes`. */
  readonly subnets: Map<string, { readonly name: string; readonly addressPrefixes: readonly string[] }>;
}

/** A `Microsoft.Network/publicIPAddresses`. */
export interface PublicIp {
  readonly id: string;
  readonly name: string;
  readonly location: string;
  tags: Readonly<Record<string, string>> | undefined;
  /** New each time that the resource is created. */
  readonly guid: string;
  readonly sku: string;
  allocation: "Static" | "Dynamic";
  address: string | undefined;
  attachedTo: string | undefined;
}

/**
 * A `Microsoft.EventGrid/systemTopics` whose source is the subscription that it is in: Azure allows one for each
 * source.
 */
export interface SystemTopic {
  readonly id: string;
  readonly name: string;
  readonly subscriptionId: string;
  /** Of the topic's own identity, which delivers; undefined if it has none. */
  readonly principalId: string | undefined;
  readonly tags?: Readonly<Record<string, string>>;
  readonly eventSubscriptions: readonly EventSubscription[];
}

/**
 * A `Microsoft.EventGrid/systemTopics/eventSubscriptions`, with its `properties` as ARM answers them. It is only read:
 * nothing is delivered by it.
 */
export interface EventSubscription {
  readonly name: string;
  readonly properties: Readonly<Record<string, unknown>>;
}

/** A service tag: the prefixes of a service or a region. */
interface ServiceTag {
  readonly name: string;
  readonly region: string;
  readonly changeNumber: number;
  readonly addressPrefixes: readonly string[];
}

/** A long-running operation: it has its effect when it completes, whether or not anyone polls it. */
interface Operation {
  /** The path at which it is polled, without its own name. */
  readonly collection: string;
  done: boolean;
  /** The response to a poll once the operation is complete. */
  readonly result: () => ArmResponse;
}

/** A few of the cloud's tags, in the order and the form of Azure's answer. */
const cloudTags: readonly ServiceTag[] = [
  {
    name: "ApiManagement",
    region: "",
    changeNumber: 87,
    addressPrefixes: ["192.0.2.0/31", "2001:db8:304:402::140/124"],
  },
  {
    name: "AzureCloud.germanywc",
    region: "germanywc",
    changeNumber: 64,
    addressPrefixes: ["192.0.2.128/25"],
  },
  {
    name: "AzureCloud.northeurope",
    region: "northeurope",
    changeNumber: 61,
    addressPrefixes: ["198.51.100.128/25"],
  },
  {
    name: "AzureCloud.westeurope",
    region: "westeurope",
    changeNumber: 63,
    addressPrefixes: ["198.51.100.0/26", "2001:db8:1::/48", "198.51.100.64/26"],
  },
];

export function emptyWorld(): World {
  return {
    subscriptions: new Map(),
    principals: new Map(),
    services: new Map(),
    endpoints: new Map(),
    virtualNetworks: new Map(),
    publicIps: new Map(),
    systemTopics: new Map(),
    serviceTags: new Map(cloudTags.map((tag) => [tag.name.toLowerCase(), tag])),
    allocated: { public: 0, private: 0 },
    operations: new Map(),
  };
}

/** Whether a principal may perform an action on a resource. Assignments are inherited from higher scopes. */
export function allowed({ assignments }: Principal, action: string, id: string): boolean {
  const resource = `${id.toLowerCase()}/`;
  return assignments.some(({ scope, actions }) => {
    const covers = scope === "/" || resource.startsWith(`${scope.toLowerCase()}/`);
    return covers && actions.some((pattern) => matches(pattern.toLowerCase(), action.toLowerCase()));
  });
}

/** Whether a principal may perform an action anywhere. */
export function allowedSomewhere({ assignments }: Principal, action: string): boolean {
  return assignments.some(({ actions }) =>
    actions.some((pattern) => matches(pattern.toLowerCase(), action.toLowerCase())),
  );
}

function matches(pattern: string, action: string): boolean {
  const [before, after] = pattern.split("*");
  if (after === undefined || before === undefined) return pattern === action;
  return action.startsWith(before) && action.endsWith(after) && action.length >= before.length + after.length;
}
