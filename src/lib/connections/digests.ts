import type { ServiceId } from "../azure/resource-id.ts";

/**
 * The digest of a service: shows a sweep that nothing changed, without reading the service's records. Every service
 * that the inventory ever showed, or that was ever reviewed, has one.
 */
export interface Digest {
  /** The inventory's view when a record last explained everything in it; see `digestOf`. Empty if it never did. */
  readonly seen: string;
  /** How often the digest was invalidated. A comparison that began before an invalidation must not mark it current. */
  readonly doubts?: number;
  /**
   * When the service was read, with all its connections, for its adoption. That is no direct read of a sweep: it
   * reviews nothing.
   */
  readonly adoptedAt?: string;
  /** When a sweep last read the service itself, with all its connections; undefined if none did. */
  readonly readAt?: string;
  /** Since when Azure has answered that the service does not exist. */
  readonly goneSince?: string;
  /**
   * Set if the service had no connections at that read. The inventory has null for that, and also for what it lacks.
   */
  readonly empty?: true;
  /**
   * By which policy, parameters and mode that read judged the approvals, where the policy revokes; see
   * `revokingDecider`.
   */
  readonly judgedBy?: string;
}

/** The result of a direct read of a service. */
export type DirectRead = Required<Pick<Digest, "readAt">> & Pick<Digest, "goneSince" | "empty" | "judgedBy">;

export interface Digests {
  /** Every digest, by `keyOf`; read from the table page by page. */
  all(): Promise<Map<string, Digest>>;
  keyOf(id: ServiceId): string;
  /** The id for a key; for the few services that the inventory does not show. */
  service(key: string): Promise<ServiceId | undefined>;
  /** Adds digests of new services; an existing digest stays as it is. */
  add(services: readonly { readonly id: ServiceId; readonly seen: string }[]): Promise<void>;
  /** Marks the inventory's view as explained, unless the digest was invalidated since `doubts` was read. */
  markCurrent(id: ServiceId, seen: string, doubts: number | undefined): Promise<void>;
  /**
   * Called before a record is added or changes its state: the inventory may next show a view that equals the explained
   * one but means something else. `adoptedAt` is given where the service was read whole for its adoption.
   */
  invalidate(id: ServiceId, adoptedAt?: string): Promise<void>;
  read(id: ServiceId, read: DirectRead): Promise<void>;
  /** Removes the digest of a service that is no longer governed. */
  forget(id: ServiceId): Promise<void>;
}
