import type { UnknownReason } from "../policy/fact.ts";

/** What came of reading something: it is known, or it is unknown and why. A missing thing is `not-found`. */
export type Read<T> =
  | { readonly kind: "known"; readonly value: T }
  | { readonly kind: "unknown"; readonly reason: UnknownReason };
