import type { ConnectionId, EndpointId, ServiceId, SubnetId } from "../azure/resource-id.ts";
import type { InventoryPage, Within } from "../estate/inventory-page.ts";
import type { Read } from "../estate/read.ts";
import type { UnknownReason } from "../policy/values/unknown-reason.ts";
import type { Tags } from "../estate/scope.ts";
import type { Subscriptions } from "../estate/subscription.ts";
import { connectionStates } from "../azure-values.ts";

/**
 * A private endpoint connection. A property that Azure may omit is a `Read`: an omitted one is unknown, never "none".
 */
export interface Connection {
  readonly id: ConnectionId;
  /** The id in Azure's own spelling, for a PUT: whether its case matters there is not known. */
  readonly armId: string;
  /** Pending, Approved, Rejected or Disconnected; Azure declares it an open set. */
  readonly state: string;
  readonly provisioningState: Read<string>;
  /** The endpoint's id as Azure wrote it; undefined if the answer has none. */
  readonly endpointId?: string;
  /**
   * The requester's message while the connection is Pending; afterwards the text of the last writer. Undefined if the
   * answer has none: Azure writes an empty text where there is no message.
   */
  readonly description?: string;
  readonly groupIds: Read<readonly string[]>;
}

/** Whether Azure documents a state. It declares them an open set, and nothing can be concluded from an unknown one. */
export function isDocumentedState(state: string): boolean {
  return connectionStates.some((each) => each === state);
}

export interface Service {
  readonly id: ServiceId;
  readonly provisioningState: Read<string>;
  readonly location: Read<string>;
  readonly sku: Read<string>;
  readonly virtualNetworkType: Read<string>;
  readonly publicNetworkAccess: Read<string>;
  readonly platformVersion: Read<string>;
  readonly tags: Read<Tags>;
  readonly locations: Read<readonly string[]>;
  /** The service's connections: from its own answer, otherwise from its list of connections. */
  readonly connections: Read<readonly Connection[]>;
  /** The connections that could be parsed, even if the list is incomplete. They are reviewed, but never counted. */
  readonly readable: readonly Connection[];
  /** The ids of the first entries of the list that could not be parsed; undefined if every entry could be. */
  readonly unreadable?: readonly string[];
}

export interface Endpoint {
  readonly id: EndpointId;
  readonly etag?: string;
  readonly location: Read<string>;
  readonly tags: Read<Tags>;
  readonly subnetId: Read<string>;
  readonly privateAddresses: Read<readonly string[]>;
  /** Ids of the application security groups, in lower case. */
  readonly applicationSecurityGroups: Read<readonly string[]>;
  /** The services that the endpoint connects to, and whether it requests manual approval. */
  readonly targets: Read<readonly Target[]>;
}

interface Target {
  readonly service: ServiceId;
  readonly manual: boolean;
}

/** The network of an endpoint: one read of the virtual network, whose answer includes its subnets. */
export interface Network {
  readonly subnetPrefixes: Read<readonly string[]>;
  readonly addressPrefixes: Read<readonly string[]>;
  readonly tags: Read<Tags>;
}

/**
 * A service as the inventory shows it. The inventory may lag or be incomplete, so no verdict rests on it: it only
 * selects what to review.
 */
export interface ListedService {
  readonly id: ServiceId;
  readonly tags: Read<Tags>;
  /** Undefined if the inventory has none, or an incomplete list, which does not mean that the service has none. */
  readonly connections?: readonly ListedConnection[];
  /**
   * Set if the inventory has null for the connections: for a service without any, and for one whose connections it
   * lacks.
   */
  readonly hasNullConnections?: true;
}

type ListedConnection = Pick<Connection, "id" | "state" | "endpointId" | "description">;

export type FinalState = "Approved" | "Rejected";

/** The outcome of a PUT. Only `refused` and `busy` prove that nothing was changed. */
export type PutOutcome =
  | {
      readonly kind: "accepted";
      /** Path and query of the long-running operation; undefined if the PUT completed at once. */
      readonly operation?: string;
      readonly retryAfterMs?: number;
    }
  | { readonly kind: "refused"; readonly code: string }
  | { readonly kind: "busy"; readonly code: string; readonly retryAfterMs?: number }
  | { readonly kind: "unclear"; readonly code: string };

/** The status of the operation behind a PUT. Only the connection itself shows the result. */
export type OperationStatus =
  | { readonly kind: "under-way"; readonly retryAfterMs?: number }
  | { readonly kind: "succeeded" }
  | { readonly kind: "failed"; readonly code: string }
  | { readonly kind: "unknown"; readonly reason: UnknownReason; readonly retryAfterMs?: number };

/** The port to Azure. Reads never throw for an answer of Azure: it becomes an unknown `Read`. */
export interface Azure {
  connection(id: ConnectionId): Promise<Read<Connection>>;
  service(id: ServiceId): Promise<Read<Service>>;
  endpoint(id: EndpointId): Promise<Read<Endpoint>>;
  /** One call. The subnet's ranges are unknown if the virtual network's answer does not include the subnet. */
  network(id: SubnetId): Promise<Read<Network>>;
  /** The names of the zones in an endpoint's private DNS zone groups, in lower case. */
  dnsZones(id: EndpointId): Promise<Read<readonly string[]>>;
  /**
   * The given subscriptions, or all, as far as the app may read them: at most five minutes old, or read now with
   * `fresh`. One call per thousand.
   */
  subscriptions(ids: readonly string[] | "all", fresh?: "fresh"): Promise<Read<Subscriptions>>;
  /** One page, of a thousand services, of every service in these subscriptions, or in all that the app may read. */
  inventory(within: Within, from?: string): Promise<Read<InventoryPage<ListedService>>>;
  /** Every service of a subscription, from its resource provider instead of the inventory. */
  services(subscriptionId: string): Promise<Read<readonly ListedService[]>>;
  /** Sends one PUT. It is never repeated, and its operation is not awaited. */
  setState(
    connection: Pick<Connection, "id" | "armId">,
    state: FinalState,
    description: string,
  ): Promise<PutOutcome>;
  /** Reads the status of a PUT's operation once. */
  operation(id: ConnectionId, operation: string): Promise<OperationStatus>;
}

/** The reads alone, for callers that must not be able to write. */
export type AzureReads = Omit<Azure, "setState" | "operation">;

/** The reads that a verdict rests on, besides the connection itself. */
export type FactReads = Pick<Azure, "service" | "endpoint" | "network" | "subscriptions">;
