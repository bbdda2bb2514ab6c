import type { UnknownReason } from "../policy/values/unknown-reason.ts";

/** The result of a read: a known value, or why it is unknown. A missing resource is `not-found`. */
export type Read<T> =
  | { readonly kind: "known"; readonly value: T }
  | { readonly kind: "unknown"; readonly reason: UnknownReason };

export function knownRead<T>(value: T): Read<T> {
  return { kind: "known", value };
}

export function unknownRead(reason: UnknownReason): Read<never> {
  return { kind: "unknown", reason };
}

/** Continues with a known value. An unknown one stays unknown for the same reason. */
export function thenRead<T, U>(read: Read<T>, next: (value: T) => Read<U>): Read<U> {
  return read.kind === "known" ? next(read.value) : read;
}

export function mapRead<T, U>(read: Read<T>, next: (value: T) => U): Read<U> {
  return thenRead(read, (value) => knownRead(next(value)));
}

/** The value, or undefined if it is unknown, for callers that do not need the reason. */
export function valueOf<T>(read: Read<T>): T | undefined {
  return read.kind === "known" ? read.value : undefined;
}
