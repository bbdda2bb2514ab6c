import { compileCondition, reader } from "./compile.ts";
import type { Facts, FactValue, UnknownReason } from "./fact.ts";
import type { Condition, Effect, Policy } from "./policy.ts";
import { nameOfTruth } from "./truth.ts";

type TruthName = ReturnType<typeof nameOfTruth>;

/** One condition and what came of it, in Azure Policy's words. */
export interface EvaluatedCondition {
  readonly path: string;
  readonly field: string;
  readonly operator: string;
  /** The right side, after parameters. */
  readonly targetValue: FactValue;
  /** What was read; null where it was absent. */
  readonly expressionValue: FactValue | { readonly unknown: UnknownReason };
  readonly result: TruthName;
}

export interface ExplainedRule {
  readonly name: string;
  readonly effect: Effect;
  readonly result: TruthName;
  readonly conditions: readonly EvaluatedCondition[];
}

/** Why each rule came out as it did. Walks the policy again, so that deciding costs nothing for it. */
export function explain(policy: Policy, facts: Facts): ExplainedRule[] {
  return policy.rules.map((rule) => ({
    name: rule.name,
    effect: rule.effect,
    result: nameOfTruth(compileCondition(rule.if)(facts)),
    conditions: conditionsOf(rule.if, facts),
  }));
}

function conditionsOf(condition: Condition, facts: Facts): EvaluatedCondition[] {
  if (condition.kind === "not") return conditionsOf(condition.member, facts);
  if (condition.kind !== "field") return condition.members.flatMap((member) => conditionsOf(member, facts));
  const fact = reader(condition.reference)(facts);
  return [
    {
      path: condition.path,
      field: condition.text,
      operator: condition.operator,
      targetValue: condition.operand,
      expressionValue:
        fact.kind === "known" ? fact.value : fact.kind === "absent" ? null : { unknown: fact.reason },
      result: nameOfTruth(compileCondition(condition)(facts)),
    },
  ];
}
