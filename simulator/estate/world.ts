import type { Answer } from "../arm/answer.ts";

/** The state of the simulated Azure. Keys are lower-cased ids: Azure does not distinguish their case. */
export interface World {
  readonly subscriptions: Map<string, Subscription>;
  /** By bearer token. */
  readonly principals: Map<string, Principal>;
  readonly services: Map<string, Service>;
  readonly endpoints: Map<string, Endpoint>;
  readonly virtualNetworks: Map<string, VirtualNetwork>;
  readonly publicIps: Map<string, PublicIp>;
  /** How many addresses were given out, so that none is given twice. */
  given: { public: number; private: number };
  /** By the name in the address to follow them by. */
  readonly operations: Map<string, Operation>;
}

export interface Subscription {
  readonly id: string;
  readonly tenantId: string;
  readonly name: string;
  /** While it is Disabled or Warned, what is in it stands still. */
  state: "Enabled" | "Warned" | "PastDue" | "Disabled";
  /** Nearest first. */
  managementGroups: readonly { readonly name: string; readonly displayName: string }[];
  tags?: Readonly<Record<string, string>>;
}

/** Somebody who may call: an app's identity, or a person. */
export interface Principal {
  readonly name: string;
  readonly tenantId: string;
  readonly objectId: string;
  readonly assignments: Assignment[];
}

/** A role assignment: what may be done at a scope and below. */
export interface Assignment {
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
  /** As Azure's answer has them; replaced as a whole, so that what was shown before stays as it was. */
  properties: ServiceProperties;
  readonly connections: Map<string, Connection>;
  /** How long an approval, a rejection or a removal takes here instead of as recorded; 0 answers with the result at once. */
  operationMs?: number;
  /** How long a change of the service itself takes; it is Updating meanwhile. */
  updateMs: number;
  /** Until when operations that were begun keep it Updating, on the simulator's clock. */
  busyUntil?: number;
}

/** A location of a service: what Azure writes of the first into the service's own properties. */
export interface Place {
  readonly publicIPAddresses?: readonly string[] | null;
  readonly privateIPAddresses?: readonly string[] | null;
  readonly outboundPublicIPAddresses?: readonly string[] | null;
  readonly publicIpAddressId?: string | null;
  readonly virtualNetworkConfiguration?: { readonly subnetResourceId: string } | null;
  readonly natGatewayState?: "Enabled" | "Disabled";
  readonly platformVersion?: string;
}

export interface AdditionalLocation extends Place {
  readonly location: string;
  readonly zones?: readonly string[];
}

export interface ServiceProperties extends Place {
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
  /** Succeeded where it is not given. Updating, which Azure's own list of states does not have, late in an operation. */
  provisioningState?: "Succeeded" | "Updating";
}

export interface Endpoint {
  readonly id: string;
  readonly name: string;
  readonly location: string;
  /** Microsoft.Network writes no `tags` where none were sent. */
  tags: Readonly<Record<string, string>> | undefined;
  etag: string;
  /** What Azure makes its interface's and its connection's proxy's name different from every other's with. */
  readonly guid: string;
  readonly subnetId: string;
  /** Of its network interface. */
  readonly address: string;
  readonly manual: boolean;
  /** What the requester calls the connection, on both sides. */
  readonly connectionName: string;
  readonly requestMessage: string | undefined;
  readonly groupIds: readonly string[];
  readonly serviceId: string;
  readonly connectionId: string;
  /** ARM ids of the private DNS zones that its zone group keeps a record in. */
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
  /** Another one each time that the resource is made. */
  readonly guid: string;
  readonly sku: string;
  allocation: "Static" | "Dynamic";
  address: string | undefined;
  attachedTo: string | undefined;
}

/** A long-running operation: it has its effect when it is over, whoever polls. */
export interface Operation {
  /** The id of the resource below which it is followed. */
  readonly under: string;
  done: boolean;
  /** What following it is answered once it is over. */
  readonly result: () => Answer;
}

export function emptyWorld(): World {
  return {
    subscriptions: new Map(),
    principals: new Map(),
    services: new Map(),
    endpoints: new Map(),
    virtualNetworks: new Map(),
    publicIps: new Map(),
    given: { public: 0, private: 0 },
    operations: new Map(),
  };
}

/** Whether a principal may do something to a resource; inherited from the scopes above it. */
export function allowed({ assignments }: Principal, action: string, id: string): boolean {
  const resource = `${id.toLowerCase()}/`;
  return assignments.some(({ scope, actions }) => {
    const covers = scope === "/" || resource.startsWith(`${scope.toLowerCase()}/`);
    return covers && actions.some((pattern) => matches(pattern.toLowerCase(), action.toLowerCase()));
  });
}

function matches(pattern: string, action: string): boolean {
  const [before, after] = pattern.split("*");
  if (after === undefined || before === undefined) return pattern === action;
  return action.startsWith(before) && action.endsWith(after) && action.length >= before.length + after.length;
}
