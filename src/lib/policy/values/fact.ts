import type { UnknownReason } from "./unknown-reason.ts";

/** The value of a fact: any JSON value. */
export type FactValue =
  string | number | boolean | null | readonly FactValue[] | { readonly [key: string]: FactValue };

/**
 * The fact about one field. *Absent* means that it was read and has no value; *unknown* means that it could not be
 * read. The two are kept apart everywhere: "could not be read" never counts as "no".
 */
export type Fact =
  | { readonly kind: "known"; readonly value: FactValue }
  | { readonly kind: "absent" }
  | { readonly kind: "unknown"; readonly reason: UnknownReason };

/** The facts of one connection, indexed by the catalogue's slot of each field. */
export type Facts = readonly Fact[];

export const absent: Fact = { kind: "absent" };

export function unknown(reason: UnknownReason): Fact {
  return { kind: "unknown", reason };
}

/** The fact for a value that was read: `undefined` and `null` both mean that Azure has no value. */
export function known(value: FactValue | undefined): Fact {
  return value === undefined || value === null ? absent : { kind: "known", value };
}
