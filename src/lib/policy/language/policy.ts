import type { FactValue } from "../values/fact.ts";
import type { FieldReference } from "./field.ts";
import type { Formula } from "./formula.ts";
import type { OperatorName } from "./operator.ts";
import type { Step } from "../values/path.ts";
import type { Place, Position } from "../source/problem.ts";

export type Effect = "approve" | "reject" | "hold" | "alert";

export interface Element {
  readonly kind: "element";
  /** The field as it was named, `[*]` and all. */
  readonly reference: FieldReference;
  /** Which of the counts around it goes through the list, outermost first, and the way on from its element. */
  readonly depth: number;
  readonly steps: readonly Step[];
}

/** The left side of a comparison. */
export type Subject =
  | { readonly kind: "field"; readonly reference: FieldReference }
  /** A field that lies in the element of a count around it. */
  | Element
  | { readonly kind: "value"; readonly formula: Formula }
  | { readonly kind: "count"; readonly over: CountedList; readonly where?: Condition };

export type CountedList =
  | { readonly kind: "field"; readonly reference: FieldReference }
  | Element
  | { readonly kind: "value"; readonly formula: Formula };

/** The right side: a value that is known when the policy loads, or one that is computed. */
export type Operand =
  | { readonly kind: "constant"; readonly value: FactValue }
  | {
      readonly kind: "computed";
      readonly formula: Formula;
      /** As its author wrote it. */
      readonly text: string;
    };

/** A condition whose names are found and whose operands fit. */
export type Condition =
  | { readonly kind: "allOf" | "anyOf"; readonly members: readonly Condition[] }
  | { readonly kind: "not"; readonly member: Condition }
  | {
      readonly kind: "comparison";
      /** The left side as its author wrote it. */
      readonly text: string;
      readonly subject: Subject;
      readonly operator: OperatorName;
      readonly operand: Operand;
      readonly at: Position;
    };

export type Comparison = Extract<Condition, { kind: "comparison" }>;
export type Count = Extract<Subject, { kind: "count" }>;

/** [from, to) on these days, in a named time zone; it may cross midnight, and belongs to the day it starts. */
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
  /** Where it stands among the rules of its file: `rules[3]`. */
  readonly path: string;
  readonly if: Condition;
  readonly effect: Effect;
  /** What the author wants people to read when this rule decides. */
  readonly reason?: string;
  /** Milliseconds since 1970 from which the rule counts as absent. */
  readonly expiresOn?: number;
  readonly window?: ChangeWindow;
  readonly at: Place;
}

/** What a limit counts apart: the connections of each of these have the limit for themselves. */
export type LimitKey =
  | { readonly kind: "subscription" | "virtualNetwork" | "managementGroups" }
  /** The value of this tag of the requester's subscription. */
  | { readonly kind: "tag"; readonly tag: string };

/** Whom an override is for: the requesters that it names. */
export type OverrideKind = "subscription" | "virtualNetwork" | "tagValue" | "managementGroup";

/** Another maximum for the requesters that it names. */
export interface Override {
  readonly kind: OverrideKind;
  /** Folded. */
  readonly values: readonly string[];
  readonly max: number;
  readonly at: Place;
}

/** How many approved connections a service may have, this one included: in all, per key, or of a group. */
export interface Limit {
  readonly name: string;
  readonly max: number;
  readonly per?: LimitKey;
  readonly managementGroup?: string;
  readonly overrides: readonly Override[];
  readonly at: Place;
}

/** The requesters that an exemption is for; ids and names in lower case. */
export type ExemptionTarget =
  | { readonly kind: "endpoint"; readonly ids: readonly string[] }
  | { readonly kind: "subscription"; readonly ids: readonly string[] }
  | { readonly kind: "resourceGroup"; readonly groups: readonly ResourceGroup[] };

export interface ResourceGroup {
  readonly subscriptionId: string;
  readonly name: string;
}

/** Turns a rule's verdict on some requesters into a hold. */
export interface Exemption {
  readonly name: string;
  readonly rule: string;
  readonly target: ExemptionTarget;
  readonly owner?: string;
  readonly ticket?: string;
  /** Milliseconds since 1970 from which it counts as absent. */
  readonly expiresOn?: number;
  readonly at: Place;
}

export interface Policy {
  readonly name: string;
  readonly rules: readonly Rule[];
  readonly limits: readonly Limit[];
  readonly exemptions: readonly Exemption[];
  readonly default: "hold" | "reject";
  readonly revoke: "never" | "rejected";
}
