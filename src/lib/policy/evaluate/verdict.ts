import type { UnknownReason } from "../values/fact.ts";
import { missingPermission } from "../language/permission.ts";

/** A fact that could not be read and that would settle a hold. */
export interface UnknownFact {
  readonly field: string;
  readonly reason: UnknownReason;
}

const reasonTexts: Readonly<Record<UnknownReason, string>> = {
  forbidden: "the app has no right to read it",
  "foreign-tenant": "it is in another tenant, where the app cannot read",
  "not-found": "Azure does not show it to the app",
  "not-visible": "ARM does not show its subscription or type to the app",
  "no-endpoint": "the connection names no endpoint",
  "empty-answer": "Azure's answer was empty",
  "not-in-answer": "Azure's answer did not say, which is not none",
  malformed: "Azure's answer has something else there than it documents",
  "incomplete-list": "Azure's list is not whole",
  "not-attempted": "it was not read",
  "function-failed": "an expression fails on these facts",
  throttled: "Azure was asked too often, for now",
  "timed-out": "Azure did not answer in time",
  failed: "Azure answered with an error",
};

/** Why a fact is unknown, for those who run networks, and the right that would settle it where one would. */
export function describeUnknown({ field, reason, because }: UnknownFact & { because?: string }): string {
  const right = missingPermission(field, reason);
  const settled = right === undefined ? "" : `; ${right}`;
  return `${field} is unknown (${reason}: ${because ?? reasonTexts[reason]})${settled}`;
}

/** What an `alert` rule has to tell a person; it decides nothing. */
export interface RuleAlert {
  readonly rule: string;
  readonly reason: string;
}

export const verdictKinds = ["approve", "reject", "hold"] as const;

/** What the policy says about a connection, as data: it can be printed, stored and compared. */
export interface Verdict {
  readonly kind: (typeof verdictKinds)[number];
  /** The rule that decided; none where the default or a limit did. */
  readonly rule?: string;
  /** Why, in sentences, in a stable order. */
  readonly reasons: readonly string[];
  readonly unknown: readonly UnknownFact[];
  /** By the name of their rule. */
  readonly alerts: readonly RuleAlert[];
}
