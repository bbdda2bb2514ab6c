import { unknownReasonTexts, type UnknownReason } from "../values/unknown-reason.ts";
import { describeGrant, type MissingRight } from "../language/permission.ts";

/** A fact that could not be read, and that would settle a hold. */
export interface UnknownFact {
  readonly field: string;
  readonly reason: UnknownReason;
  /** What went wrong, where the reason alone does not say it. */
  readonly because?: string;
  /** The right that would make it known, if one is missing. */
  readonly right?: MissingRight;
}

/** Explains why a fact is unknown, and names the right that would make it known, if any. */
export function describeUnknown({ field, reason, because, right }: UnknownFact): string {
  const settled = right === undefined ? "" : `; ${describeGrant(right)}`;
  return `${field} is unknown (${reason}: ${because ?? unknownReasonTexts[reason]})${settled}`;
}

/** The alert of an `alert` rule, which does not affect the verdict. */
export interface RuleAlert {
  readonly rule: string;
  readonly reason: string;
}

export const verdictKinds = ["approve", "reject", "hold"] as const;

/** The policy's verdict on a connection, as data that can be printed, stored and compared. */
export interface Verdict {
  readonly kind: (typeof verdictKinds)[number];
  /** The deciding rule; absent if the default or a limit decided. */
  readonly rule?: string;
  /** How long an approval lasts; absent if it lasts without end, and for any other verdict. */
  readonly forMs?: number;
  /**
   * For a hold that only a closed change window makes: when the window opens, as an instant. It says nothing of limits,
   * which are counted then.
   */
  readonly opensAt?: string;
  /** Sentences in a stable order. */
  readonly reasons: readonly string[];
  readonly unknown: readonly UnknownFact[];
  /** In order of their rules' names. */
  readonly alerts: readonly RuleAlert[];
}
