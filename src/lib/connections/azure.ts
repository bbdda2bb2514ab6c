import type { ConnectionId, EndpointId, ServiceId, SubnetId } from "../azure/resource-id.ts";
import type { InventoryPage, Within } from "../estate/inventory-page.ts";
import type { Read } from "../estate/read.ts";
import type { UnknownReason } from "../policy/values/fact.ts";
import type { Tags } from "../estate/scope.ts";
import type { Subscriptions } from "../estate/subscription.ts";
import { connectionStates } from "../azure-values.ts";

/** What an answer of Azure's may leave out is a `Read` of its own: what it did not say is unknown, and never "none". */
export interface Connection {
  readonly id: ConnectionId;
  /** The id in Azure's own spelling: a PUT has to carry it, and whether its case matters is not known. */
  readonly armId: string;
  /** Pending, Approved, Rejected or Disconnected; Azure declares it an open set. */
  readonly state: string;
  readonly provisioningState: Read<string>;
  /** The endpoint's id as Azure wrote it; undefined where it was not told. */
  readonly endpointId?: string;
  /**
   * While Pending it is the requester's message; afterwards what the last writer put there. Undefined where it was not
   * told: where there is none, Azure writes an empty one.
   */
  readonly description?: string;
  readonly groupIds: Read<readonly string[]>;
}

/** Whether a state is one that anything can be concluded from: Azure declares them an open set. */
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
  /** The service's connections: from its own answer, else from the list. */
  readonly connections: Read<readonly Connection[]>;
  /** Those that could be read where the list is not whole: they say where to look, and nothing is counted over them. */
  readonly readable: readonly Connection[];
}

export interface Endpoint {
  readonly id: EndpointId;
  readonly etag?: string;
  readonly location: Read<string>;
  readonly tags: Read<Tags>;
  readonly subnetId: Read<string>;
  readonly privateAddresses: Read<readonly string[]>;
  /** Their ids, in lower case. */
  readonly applicationSecurityGroups: Read<readonly string[]>;
  /** The services that it asks, and whether it asks for approval by hand. */
  readonly targets: Read<readonly Target[]>;
}

export interface Target {
  readonly service: ServiceId;
  readonly manual: boolean;
}

/** What is read of the network behind an endpoint: its virtual network, whose answer has the subnets in it. */
export interface Network {
  readonly subnetPrefixes: Read<readonly string[]>;
  readonly addressPrefixes: Read<readonly string[]>;
  readonly tags: Read<Tags>;
}

/**
 * What the inventory shows of a service. It may lag behind, or lack what there is, so that no verdict rests on it: it
 * says where to look.
 */
export interface Listed {
  readonly id: ServiceId;
  readonly tags: Read<Tags>;
  /** Undefined where the inventory does not have them, or not whole, which is not "none". */
  readonly connections?: readonly ListedConnection[];
  /** Set where the inventory says nothing of them: it writes null for a service that has none, and for what it lacks. */
  readonly untold?: true;
}

export type ListedConnection = Pick<Connection, "id" | "state" | "endpointId" | "description">;

export type FinalState = "Approved" | "Rejected";

/** What came of asking for a state. Only `refused` and `busy` say that nothing was changed. */
export type PutOutcome =
  | {
      readonly kind: "accepted";
      /** Path and query of the operation that Azure follows it up with; undefined where it was done at once. */
      readonly operation?: string;
      readonly retryAfterMs?: number;
    }
  | { readonly kind: "refused"; readonly code: string }
  | { readonly kind: "busy"; readonly code: string; readonly retryAfterMs?: number }
  | { readonly kind: "unclear"; readonly code: string };

/** How far the operation behind a PUT is. Only the connection itself says what became of it. */
export type OperationStatus =
  | { readonly kind: "under-way"; readonly retryAfterMs?: number }
  | { readonly kind: "succeeded" }
  | { readonly kind: "failed"; readonly code: string }
  | { readonly kind: "unknown"; readonly reason: UnknownReason; readonly retryAfterMs?: number };

/** Azure, as far as connections need it. Reads never throw for what Azure may answer. */
export interface Azure {
  connection(id: ConnectionId): Promise<Read<Connection>>;
  service(id: ServiceId): Promise<Read<Service>>;
  endpoint(id: EndpointId): Promise<Read<Endpoint>>;
  /** One call; the subnet's ranges are unknown where the virtual network's answer has no such subnet. */
  network(id: SubnetId): Promise<Read<Network>>;
  /** The names of the zones that an endpoint's private DNS zone groups keep records in, in lower case. */
  dnsZones(id: EndpointId): Promise<Read<readonly string[]>>;
  /**
   * Those that are asked for, or all, as far as the app may read them: at most five minutes old, or read now where
   * `fresh` is asked for. One call for each thousand.
   */
  subscriptions(ids: readonly string[] | "all", fresh?: "fresh"): Promise<Read<Subscriptions>>;
  /** A page of every service in these subscriptions, or in all that the app may read; a thousand to a page. */
  inventory(within: Within, from?: string): Promise<Read<InventoryPage<Listed>>>;
  /** Every service of a subscription, by its own provider rather than by the inventory. */
  services(subscriptionId: string): Promise<Read<readonly Listed[]>>;
  /** One PUT, never repeated, and not followed. */
  setState(
    connection: Pick<Connection, "id" | "armId">,
    state: FinalState,
    description: string,
  ): Promise<PutOutcome>;
  /** One look at the operation that a PUT began. */
  operation(id: ConnectionId, operation: string): Promise<OperationStatus>;
}
