import type { FactValue } from "../values/fact.ts";
import type { FieldReference } from "./fields.ts";
import type { Formula } from "./formula.ts";
import type { OperatorName } from "./operators.ts";
import type { Step } from "../values/path.ts";
import type { SourcePlace, Position } from "../source/problem.ts";

export type Effect = "approve" | "reject" | "hold" | "alert";

interface Element {
  readonly kind: "element";
  /** The field as written, including `[*]`. */
  readonly reference: FieldReference;
  /** The index of the enclosing count over the list, outermost first, and the steps from its element. */
  readonly depth: number;
  readonly steps: readonly Step[];
}

/** The left side of a comparison. */
export type Subject =
  | { readonly kind: "field"; readonly reference: FieldReference }
  /** A field inside the element of an enclosing count. */
  | Element
  | { readonly kind: "value"; readonly formula: Formula }
  | { readonly kind: "count"; readonly over: CountedList; readonly where?: Condition };

export type CountedList =
  | { readonly kind: "field"; readonly reference: FieldReference }
  | Element
  | { readonly kind: "value"; readonly formula: Formula };

/** The right side of a comparison: a constant, or a value computed for each connection. */
export type Operand =
  | { readonly kind: "constant"; readonly value: FactValue }
  | {
      readonly kind: "computed";
      readonly formula: Formula;
      /** As written. */
      readonly text: string;
    };

/** A checked condition. */
export type Condition =
  | { readonly kind: "allOf" | "anyOf"; readonly members: readonly Condition[] }
  | { readonly kind: "not"; readonly member: Condition }
  | {
      readonly kind: "comparison";
      /** The left side as written. */
      readonly text: string;
      readonly subject: Subject;
      readonly operator: OperatorName;
      readonly operand: Operand;
      readonly at: Position;
    };

export type Comparison = Extract<Condition, { kind: "comparison" }>;
export type Count = Extract<Subject, { kind: "count" }>;

/** [from, to) on these days in a time zone. It may cross midnight and belongs to the day on which it starts. */
export interface ChangeWindow {
  /** 0 is Sunday. */
  readonly days: readonly number[];
  /** Minutes after midnight. */
  readonly from: number;
  readonly to: number;
  readonly timeZone: string;
}

export interface Rule {
  readonly name: string;
  /** Its position in its file: `rules[3]`. */
  readonly path: string;
  readonly if: Condition;
  readonly effect: Effect;
  /** The author's text for people when this rule decides. */
  readonly reason?: string;
  /** How long its approval lasts, after which the connection is re-evaluated; without it, without end. */
  readonly forMs?: number;
  /** The time from which the rule is ignored, in milliseconds since 1970. */
  readonly expiresOn?: number;
  readonly window?: ChangeWindow;
  readonly at: SourcePlace;
}

/** What a limit counts per: each value has the limit for itself. */
export type LimitKey =
  | { readonly kind: "subscription" | "virtualNetwork" | "managementGroups" }
  /** The value of this tag of the requester's subscription. */
  | { readonly kind: "tag"; readonly tag: string };

/** What an override names. */
export type OverrideKind = "subscription" | "virtualNetwork" | "tagValue" | "managementGroup";

/** A different maximum for some requesters. */
export interface Override {
  readonly kind: OverrideKind;
  /** Folded. */
  readonly values: readonly string[];
  readonly max: number;
  readonly at: SourcePlace;
}

/** The most Approved connections of a service, including this one: in total, per key, or of one management group. */
export interface Limit {
  readonly name: string;
  readonly max: number;
  readonly per?: LimitKey;
  readonly managementGroup?: string;
  readonly overrides: readonly Override[];
  readonly at: SourcePlace;
}

/** The requesters to whom an exemption applies; ids and names in lower case. */
export type ExemptionTarget =
  | { readonly kind: "endpoint"; readonly ids: readonly string[] }
  | { readonly kind: "subscription"; readonly ids: readonly string[] }
  | { readonly kind: "resourceGroup"; readonly groups: readonly ResourceGroup[] };

export interface ResourceGroup {
  readonly subscriptionId: string;
  readonly name: string;
}

/** Turns a rule's verdict for some requesters into hold. */
export interface Exemption {
  readonly name: string;
  readonly rule: string;
  readonly target: ExemptionTarget;
  readonly owner?: string;
  readonly ticket?: string;
  /** The time from which it is ignored, in milliseconds since 1970. */
  readonly expiresOn?: number;
  readonly at: SourcePlace;
}

export interface Policy {
  readonly name: string;
  readonly rules: readonly Rule[];
  readonly limits: readonly Limit[];
  readonly exemptions: readonly Exemption[];
  readonly default: "hold" | "reject";
  /** Where a file sets the default. */
  readonly defaultAt?: SourcePlace;
  readonly revoke: "never" | "rejected";
  /** How long after its notice an approval is revoked; a week where absent. */
  readonly revokeAfterMs?: number;
}
