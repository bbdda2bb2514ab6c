import type { Addressed, AddressRecord } from "./baseline.ts";
import type { ContextChange } from "./circumstance.ts";
import type { Declared } from "./declared.ts";

/** What an observation is held against, beside what is kept. */
export interface ComparisonContext {
  readonly resource: Addressed;
  /** What configuration says that addresses are. */
  readonly declared: Declared;
  readonly now: Date;
  /** When all was last seen to be as it is kept; undefined where that is not known. */
  readonly checkedAt?: string;
}

/** What came of holding an observation against the records of a resource. */
export interface Comparison {
  /** All of them: those that did not change are the same objects. */
  readonly records: readonly AddressRecord[];
  readonly learned: readonly AddressRecord[];
  /** Of the learned ones, those that did not apply under the tier before. */
  readonly applicable: readonly AddressRecord[];
  readonly drifted: readonly AddressRecord[];
  /** Of the drifted ones, those that people have not heard of lately. */
  readonly news: readonly AddressRecord[];
  readonly restored: readonly AddressRecord[];
  readonly vacated: readonly AddressRecord[];
  readonly returned: readonly AddressRecord[];
  readonly declared: readonly Pinned[];
  readonly reminded: readonly AddressRecord[];
  /** As they were before the tier that they do not apply to; those that people relied on. */
  readonly notApplicable: readonly AddressRecord[];
  /** What this answer does not say, and another one may. */
  readonly unknown: readonly AddressRecord[];
  /** What people were told to be unknown, and is known again. */
  readonly known: readonly AddressRecord[];
  /** Locations that were vacated and are there again: evidence. */
  readonly shifts: readonly ContextChange[];
}

type Item<List> = List extends readonly (infer T)[] ? T : never;
export type Lists = { readonly [K in keyof Comparison]: Item<Comparison[K]>[] };

/** A record whose baseline a file says from now on, and what it was before. */
export interface Pinned {
  readonly record: AddressRecord;
  readonly before: readonly string[];
}
