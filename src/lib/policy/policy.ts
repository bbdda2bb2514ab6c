import type { FactValue } from "./fact.ts";
import type { FieldReference } from "./field.ts";
import type { OperatorName } from "./operator.ts";

export type Effect = "approve" | "reject" | "hold";

/** A condition whose fields are found, whose parameters are filled in and whose operands fit. */
export type Condition =
  | { readonly kind: "allOf" | "anyOf"; readonly members: readonly Condition[]; readonly path: string }
  | { readonly kind: "not"; readonly member: Condition; readonly path: string }
  | {
      readonly kind: "field";
      /** The field as the author wrote it. */
      readonly text: string;
      readonly reference: FieldReference;
      readonly operator: OperatorName;
      readonly operand: FactValue;
      readonly path: string;
    };

export interface Rule {
  readonly name: string;
  readonly if: Condition;
  readonly effect: Effect;
  /** What the author wants people to read when this rule decides. */
  readonly reason?: string;
}

export interface Policy {
  readonly name: string;
  readonly rules: readonly Rule[];
  readonly default: "hold" | "reject";
}
