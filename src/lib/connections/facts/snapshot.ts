import type { Read } from "../../estate/read.ts";
import type { Subscriptions } from "../../estate/subscription.ts";
import type { Connection, Endpoint, Network, Service } from "../azure-connections.ts";
import type { Reservation } from "../ledger.ts";

/** Everything that one attempt read about a connection. */
export interface Snapshot {
  readonly connection: Connection;
  readonly service: Read<Service>;
  readonly endpoint: Read<Endpoint>;
  readonly network: Read<Network>;
  /** The requester's subscription, and those of the service's approved connections. */
  readonly subscriptions: Read<Subscriptions>;
  /**
   * The virtual networks of the endpoints whose approvals are counted, by the endpoint's id; undefined if the policy
   * does not count by them, since each costs a read.
   */
  readonly networksOf?: ReadonlyMap<string, Read<string>>;
  /** The approvals that we decided for connections of the service, whether Azure shows them or not. */
  readonly reservations: readonly Reservation[];
  readonly now: Date;
}
