/** A JSON value, as a fact carries it. */
export type FactValue =
  string | number | boolean | null | readonly FactValue[] | { readonly [key: string]: FactValue };

/**
 * Why a fact could not be found out.
 * `incomplete-list`, `throttled`, `timed-out` and `failed` may pass by themselves; the others stay until somebody acts.
 */
export const unknownReasons = [
  "forbidden",
  "foreign-tenant",
  "not-found",
  "not-visible",
  "no-endpoint",
  "empty-answer",
  "not-in-answer",
  "malformed",
  "incomplete-list",
  "not-attempted",
  "function-failed",
  "throttled",
  "timed-out",
  "failed",
] as const;

export type UnknownReason = (typeof unknownReasons)[number];

export function isUnknownReason(value: unknown): value is UnknownReason {
  return unknownReasons.some((each) => each === value);
}

/**
 * What is known of one field. *Absent* means that it was read and is not there; *unknown* means that it
 * could not be read. The two are kept apart everywhere: "could not find out" is never "no".
 */
export type Fact =
  | { readonly kind: "known"; readonly value: FactValue }
  | { readonly kind: "absent" }
  | { readonly kind: "unknown"; readonly reason: UnknownReason };

/** The facts of one connection, by the slot that the catalogue gave to each field. */
export type Facts = readonly Fact[];

export const absent: Fact = { kind: "absent" };

export function unknown(reason: UnknownReason): Fact {
  return { kind: "unknown", reason };
}

/** A value that was read: `undefined` and `null` both mean that Azure has nothing there. */
export function known(value: FactValue | undefined): Fact {
  return value === undefined || value === null ? absent : { kind: "known", value };
}

const transientReasons: readonly UnknownReason[] = ["incomplete-list", "throttled", "timed-out", "failed"];

/** Whether looking again a little later may find out what this attempt could not. */
export function isTransient(reason: UnknownReason): boolean {
  return transientReasons.includes(reason);
}
