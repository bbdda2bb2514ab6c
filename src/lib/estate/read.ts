import type { UnknownReason } from "../policy/values/fact.ts";

/** What came of reading something: it is known, or it is unknown and why. A missing thing is `not-found`. */
export type Read<T> =
  | { readonly kind: "known"; readonly value: T }
  | { readonly kind: "unknown"; readonly reason: UnknownReason };

export function knownRead<T>(value: T): Read<T> {
  return { kind: "known", value };
}

export function unknownRead(reason: UnknownReason): Read<never> {
  return { kind: "unknown", reason };
}

/** What follows from a value, where it is known; what is unknown stays so, for its own reason. */
export function thenRead<T, U>(read: Read<T>, next: (value: T) => Read<U>): Read<U> {
  return read.kind === "known" ? next(read.value) : read;
}

export function mapRead<T, U>(read: Read<T>, next: (value: T) => U): Read<U> {
  return thenRead(read, (value) => knownRead(next(value)));
}

/** For those to whom "not told" is enough: undefined where it is unknown. */
export function valueOf<T>(read: Read<T>): T | undefined {
  return read.kind === "known" ? read.value : undefined;
}
