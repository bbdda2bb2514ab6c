import type { Addressed, AddressRecord } from "./baseline.ts";

/** What the checks store of a resource, so that an unchanged one costs no read of its records. */
export interface AddressDigest {
  /**
   * Hash of what the inventory showed at the last complete comparison; empty before the first one, and once
   * invalidated.
   */
  readonly hash: string;
  /** When to compare it again even if nothing changed. */
  readonly again?: string;
  /** When it was last read directly because the inventory lacks it or a part of it. */
  readonly readAt?: string;
  /** How many of its addresses have drifted. */
  readonly drifts?: number;
  /** Set while addresses that the resource has to have were never observed, so that no record stands for them. */
  readonly unobserved?: Unobserved & { readonly since: string };
  /** The service that names this public IP resource; only for one that is not watched independently. */
  readonly behind?: string;
}

export interface KnownDigest extends AddressDigest {
  readonly version: string;
}

export interface DigestUpdate {
  readonly resource: Addressed;
  readonly digest: AddressDigest;
  /** Version of the digest that this replaces; undefined if there was none. */
  readonly version?: string;
}

/** Addresses that were never observed: of one kind in one location, or any of the resource. */
export interface Unobserved {
  readonly why: string;
  readonly set?: Pick<AddressRecord, "kind" | "location">;
}

/** A resource of which addresses were never observed: lists of addresses lack them. */
export interface UnobservedResource extends Unobserved {
  readonly resource: string;
  readonly since: string;
}

export interface AddressDigests {
  /** The digests of all resources, by `keyOf`. Reads the table page by page. */
  all(): Promise<Map<string, KnownDigest>>;
  keyOf(resource: Pick<Addressed, "text">): string;
  /** The resource with a key, for the few that the inventory lacks. */
  resource(key: string): Promise<Addressed | undefined>;
  find(resource: Addressed): Promise<KnownDigest | undefined>;
  /** Resources of which addresses were never observed: this one, or all of them. */
  unobserved(resource?: Addressed): Promise<readonly UnobservedResource[]>;
  /** Leaves a digest that changed since it was read: it was invalidated, and the resource will be compared again. */
  save(remembered: readonly DigestUpdate[]): Promise<void>;
  /** Makes the next check compare the resource. Called before a change that the inventory does not show. */
  invalidate(resource: Addressed): Promise<void>;
  /** Notes that an event's check observed what was never observed before. */
  markObserved(resource: Addressed): Promise<void>;
  forget(resource: Addressed): Promise<void>;
}
