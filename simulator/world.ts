/** The state of the simulated Azure. Keys are lower-cased ids: Azure does not distinguish their case. */
export interface World {
  readonly subscriptions: Map<string, Subscription>;
  /** By bearer token. */
  readonly principals: Map<string, Principal>;
  readonly services: Map<string, Service>;
  readonly endpoints: Map<string, Endpoint>;
  readonly virtualNetworks: Map<string, VirtualNetwork>;
  readonly operations: Map<string, Operation>;
}

export interface Subscription {
  readonly id: string;
  readonly tenantId: string;
  readonly name: string;
  /** Nearest first. */
  managementGroups: readonly { readonly name: string; readonly displayName: string }[];
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
  readonly sku: { readonly name: string; readonly capacity: number };
  readonly tags: Readonly<Record<string, string>>;
  readonly properties: Readonly<Record<string, unknown>>;
  readonly connections: Map<string, Connection>;
  /** How long an approval takes; 0 answers the PUT with 200, anything else with 202 and an operation to poll. */
  operationMs: number;
}

export type ConnectionStatus = "Pending" | "Approved" | "Rejected";

export interface Connection {
  readonly id: string;
  readonly name: string;
  readonly endpointId: string;
  readonly groupIds: readonly string[];
  status: ConnectionStatus;
  description: string;
}

export interface Endpoint {
  readonly id: string;
  readonly name: string;
  readonly location: string;
  tags: Readonly<Record<string, string>>;
  etag: string;
  readonly subnetId: string;
  readonly address: string;
  readonly manual: boolean;
  readonly requestMessage: string;
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
  tags: Readonly<Record<string, string>>;
  readonly addressPrefixes: readonly string[];
  /** By lower-cased name. Azure writes one range as `addressPrefix`, several as `addressPrefixes`. */
  readonly subnets: Map<string, { readonly name: string; readonly addressPrefixes: readonly string[] }>;
}

/** A long-running operation: it has its effect when it is over, whoever polls. */
export interface Operation {
  readonly serviceId: string;
  done: boolean;
  readonly connectionId: string;
}

export function emptyWorld(): World {
  return {
    subscriptions: new Map(),
    principals: new Map(),
    services: new Map(),
    endpoints: new Map(),
    virtualNetworks: new Map(),
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
