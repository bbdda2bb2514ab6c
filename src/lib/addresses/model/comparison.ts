import type { Addressed, AddressRecord } from "./baseline.ts";
import type { ContextChange } from "./cause-evidence.ts";
import type { Declared } from "./declared.ts";

/** What a comparison needs besides the stored records. */
export interface ComparisonContext {
  readonly resource: Addressed;
  /** Declared addresses of the configuration. */
  readonly declared: Declared;
  readonly now: Date;
  /** When everything was last observed to match the stored state; undefined if unknown. */
  readonly checkedAt?: string;
}

/** The result of comparing an observation with the records of a resource. */
export interface Comparison {
  /** All records. Unchanged ones are the same objects. */
  readonly records: readonly AddressRecord[];
  readonly learned: readonly AddressRecord[];
  /** Learned records of a kind that did not apply under the previous tier. */
  readonly applicable: readonly AddressRecord[];
  readonly drifted: readonly AddressRecord[];
  /** Drifted records that were not reported recently. */
  readonly unreported: readonly AddressRecord[];
  readonly restored: readonly AddressRecord[];
  readonly vacated: readonly AddressRecord[];
  readonly returned: readonly AddressRecord[];
  readonly declared: readonly Pinned[];
  readonly reminded: readonly AddressRecord[];
  /** Records of kinds that the new tier does not have, as they were before; only those that somebody may rely on. */
  readonly notApplicable: readonly AddressRecord[];
  /** Records whose addresses are not in this answer, and may be in another one. */
  readonly unknown: readonly AddressRecord[];
  /** Records that were reported as unknown and are known again. */
  readonly known: readonly AddressRecord[];
  /** Returns to vacated locations, as evidence. */
  readonly contextChanges: readonly ContextChange[];
}

type Item<List> = List extends readonly (infer T)[] ? T : never;
export type Lists = { readonly [K in keyof Comparison]: Item<Comparison[K]>[] };

/** A record whose baseline is now declared in a file, and its previous baseline. */
interface Pinned {
  readonly record: AddressRecord;
  readonly before: readonly string[];
}
