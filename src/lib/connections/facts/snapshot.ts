import type { Read } from "../../estate/read.ts";
import type { Subscriptions } from "../../estate/subscription.ts";
import type { Connection, Endpoint, Network, Service } from "../azure.ts";
import type { Reservation } from "../ledger.ts";

/** Everything that one attempt read of a connection. */
export interface Snapshot {
  readonly connection: Connection;
  readonly service: Read<Service>;
  readonly endpoint: Read<Endpoint>;
  readonly network: Read<Network>;
  /** The requester's, and those that the service's approved connections come from. */
  readonly subscriptions: Read<Subscriptions>;
  /**
   * The virtual networks of the endpoints whose approvals are counted, by the endpoint's id; undefined where nothing asks
   * for them, since each is a read of its own.
   */
  readonly networksOf?: ReadonlyMap<string, Read<string>>;
  /** Approvals of the service's connections that we decided, whether Azure shows them or not. */
  readonly reservations: readonly Reservation[];
  readonly now: Date;
}
