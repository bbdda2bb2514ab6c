import type { ServiceId } from "../../azure/resource-id.ts";
import { sha256 } from "../fingerprint.ts";
import type { Listed } from "../azure.ts";

/**
 * What the sweeps remember of a service, so that they need not read its records to see that nothing changed. Every
 * service that the inventory ever showed has one.
 */
export interface Digest {
  /** What the inventory showed when everything in it was explained by a record; see `digestOf`. */
  readonly seen: string;
  /** When the service itself was read last, connections and all; undefined where it never was. */
  readonly readAt?: string;
  /** Since when Azure says that there is no such service. */
  readonly goneSince?: string;
}

export type DigestChange = { readonly [K in keyof Digest]?: Digest[K] | undefined };

export interface Digests {
  /** Every service's, by `keyOf`; a page of the table at a time. */
  all(): Promise<Map<string, Digest>>;
  keyOf(id: ServiceId): string;
  /** The ids behind keys; for the few that the inventory lacks. */
  service(key: string): Promise<ServiceId | undefined>;
  /** Adds those of services that are new; one that is there already stays as it is. */
  add(services: readonly { readonly id: ServiceId; readonly seen: string }[]): Promise<void>;
  /** Changes a part of one, and adds it where there is none; what is undefined is taken away. */
  change(id: ServiceId, part: DigestChange): Promise<void>;
}

/** How many digits of a hash tell one state of a service's connections from another. */
const digits = 16;

/** What the inventory shows of a service's connections, in short: which there are, and their states. */
export function digestOf(connections: NonNullable<Listed["connections"]>): string {
  const lines = connections.map(({ id, state }) => `${id.text} ${state}`).toSorted();
  return lines.length === 0 ? "none" : sha256(lines.join("\n")).slice(0, digits);
}
