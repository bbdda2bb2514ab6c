/**
 * Why a fact is unknown.
 * `incomplete-list`, `throttled`, `timed-out` and `failed` can be transient; the others last until a person acts.
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

/** Each reason, for people. */
export const unknownReasonTexts: Readonly<Record<UnknownReason, string>> = {
  forbidden: "the app has no right to read it",
  "foreign-tenant": "it is in another tenant, where the app cannot read",
  "not-found": "Azure does not show it to the app",
  "not-visible": "ARM does not show its subscription or type to the app",
  "no-endpoint": "the connection names no endpoint",
  "empty-answer": "Azure's answer was empty",
  "not-in-answer": "Azure's answer does not contain it",
  malformed: "Azure's answer does not have the documented form",
  "incomplete-list": "Azure's list is not complete",
  "not-attempted": "it was not read",
  "function-failed": "an expression fails on these facts",
  throttled: "Azure throttled the request",
  "timed-out": "Azure did not answer in time",
  failed: "Azure answered with an error",
};

export function isUnknownReason(value: unknown): value is UnknownReason {
  return unknownReasons.some((each) => each === value);
}

const transientReasons: readonly UnknownReason[] = ["incomplete-list", "throttled", "timed-out", "failed"];

/** Whether a later attempt may succeed without anybody's action. */
export function isTransient(reason: UnknownReason): boolean {
  return transientReasons.includes(reason);
}
