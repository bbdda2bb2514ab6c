import type { ServiceId } from "../azure/resource-id.ts";

/**
 * What the sweeps remember of a service, so that they need not read its records to see that nothing changed. Every
 * service that the inventory ever showed, or that a review met, has one.
 */
export interface Digest {
  /** What the inventory showed when everything in it was explained by a record; see `digestOf`. Empty for nothing yet. */
  readonly seen: string;
  /** How often it was doubted: what was found out before a doubt explains nothing after it. */
  readonly doubts?: number;
  /** When the service itself was read last, connections and all; undefined where it never was. */
  readonly readAt?: string;
  /** Since when Azure says that there is no such service. */
  readonly goneSince?: string;
  /** Set where the service itself had no connections then: the inventory writes null for that, and for what it lacks. */
  readonly empty?: true;
}

/** What came of reading a service itself. */
export type OwnRead = Required<Pick<Digest, "readAt">> & Pick<Digest, "goneSince" | "empty">;

export interface Digests {
  /** Every service's, by `keyOf`; a page of the table at a time. */
  all(): Promise<Map<string, Digest>>;
  keyOf(id: ServiceId): string;
  /** The ids behind keys; for the few that the inventory lacks. */
  service(key: string): Promise<ServiceId | undefined>;
  /** Adds those of services that are new; one that is there already stays as it is. */
  add(services: readonly { readonly id: ServiceId; readonly seen: string }[]): Promise<void>;
  /** All that the inventory shows is explained, unless that was doubted since: `doubts` are those known before. */
  markCurrent(id: ServiceId, seen: string, doubts: number | undefined): Promise<void>;
  /**
   * Before a record is new or takes another state than it had: what the inventory shows next may look like what was
   * explained, and be something else.
   */
  invalidate(id: ServiceId): Promise<void>;
  read(id: ServiceId, read: OwnRead): Promise<void>;
  /** Of a service that is not governed any more. */
  forget(id: ServiceId): Promise<void>;
}
