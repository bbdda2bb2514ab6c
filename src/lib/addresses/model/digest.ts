import type { Addressed } from "./baseline.ts";

/** What the checks remember of a resource, so that they need not read its records to see that nothing changed. */
export interface AddressDigest {
  /** What the inventory showed when all of it was dealt with; empty for nothing yet, or for something that is doubted. */
  readonly hash: string;
  /** When it is looked at again although nothing changed. */
  readonly again?: string;
  /** When it was last read itself because the inventory lacks it, or a part of it. */
  readonly readAt?: string;
  /** How many of its addresses have drifted. */
  readonly drifts?: number;
  /** Of a public IP resource that is not watched for itself: the service that it is behind. */
  readonly behind?: string;
}

export interface KnownDigest extends AddressDigest {
  readonly version: string;
}

export interface DigestUpdate {
  readonly resource: Addressed;
  readonly digest: AddressDigest;
  /** Of the digest that this replaces; undefined where there was none. */
  readonly version?: string;
}

export interface AddressDigests {
  /** Every resource's, by `keyOf`; a page of the table at a time. */
  all(): Promise<Map<string, KnownDigest>>;
  keyOf(resource: Pick<Addressed, "text">): string;
  /** The resource behind a key; for the few that the inventory lacks. */
  resource(key: string): Promise<Addressed | undefined>;
  find(resource: Addressed): Promise<KnownDigest | undefined>;
  /** One that somebody changed since is left as it is: it was doubted, and will be looked at again. */
  save(remembered: readonly DigestUpdate[]): Promise<void>;
  /** Before something is done that the inventory does not show: the next check looks, whatever it shows then. */
  invalidate(resource: Addressed): Promise<void>;
  forget(resource: Addressed): Promise<void>;
}
