import type { UnknownReason } from "./fact.ts";

/** A fact that could not be read and that would settle a hold. */
export interface UnknownFact {
  readonly field: string;
  readonly reason: UnknownReason;
}

/** What an `alert` rule has to tell a person; it decides nothing. */
export interface RuleAlert {
  readonly rule: string;
  readonly reason: string;
}

/** What the policy says about a connection, as data: it can be printed, stored and compared. */
export interface Verdict {
  readonly kind: "approve" | "reject" | "hold";
  /** The rule that decided; none where the default or a limit did. */
  readonly rule?: string;
  /** Why, in sentences, in a stable order. */
  readonly reasons: readonly string[];
  readonly unknown: readonly UnknownFact[];
  /** By the name of their rule. */
  readonly alerts: readonly RuleAlert[];
}
