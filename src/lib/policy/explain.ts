import type { CompiledPolicy, CompiledRule } from "./compile.ts";
import { compileInterval, listOf, type Count } from "./compile-count.ts";
import type { Comparison } from "./compile-condition.ts";
import { follow, Layout, prepareSlots, Unknown, valuesAt, type Env, type Slot } from "./env.ts";
import type { FactValue, UnknownReason } from "./fact.ts";
import { hasEach } from "./path.ts";
import type { Condition, Effect, Operand, Subject } from "./policy.ts";
import { FALSE, nameOfTruth } from "./truth.ts";
import { truthOf } from "./unsettled.ts";

type TruthName = ReturnType<typeof nameOfTruth>;

/** What stood on one side: a value, why there is none, or what a count lies between. Told apart by key, since a value can be any JSON. */
interface Side {
  readonly value?: FactValue;
  readonly unknown?: UnknownReason;
  readonly between?: readonly [number, number];
}

/** One condition and what came of it, in Azure Policy's words. */
export interface ExplainedCondition {
  /** Where it stands in the policy. */
  readonly path: string;
  /** The left side as its author wrote it, or the connective. */
  readonly expression: string;
  readonly operator?: string;
  /** What was read; null where it was absent. */
  readonly expressionValue?: FactValue;
  readonly expressionUnknown?: UnknownReason;
  /** Where some members of a count are unknown: the least and the most that it may come to. */
  readonly expressionBetween?: readonly [number, number];
  /** The right side, after parameters and functions. */
  readonly targetValue?: FactValue;
  readonly targetUnknown?: UnknownReason;
  readonly result: TruthName;
  readonly members?: readonly ExplainedCondition[];
}

export interface ExplainedRule {
  readonly name: string;
  readonly effect: Effect;
  /** What came of the condition together with the rule's expiry, window and exemptions. */
  readonly result: TruthName;
  readonly condition: ExplainedCondition;
}

/** Why each rule came out as it did. Walks the policy again, so that deciding costs nothing for it. */
export function explain(compiled: CompiledPolicy, env: Env): ExplainedRule[] {
  return rulesOf(compiled).map((rule) => explainRule(rule, env));
}

/** The same of the rules that are not false: what a verdict rests on, however many rules a policy has. */
export function explainVerdict(compiled: CompiledPolicy, env: Env): ExplainedRule[] {
  return rulesOf(compiled)
    .filter(({ decide }) => decide(env) !== FALSE)
    .map((rule) => explainRule(rule, env));
}

function rulesOf({ groups: { reject, hold, approve, alert } }: CompiledPolicy): CompiledRule[] {
  return [reject, hold, approve, alert].flatMap(({ rules }) => rules);
}

export function explainRule(
  { rule, exemption, decide, if: condition }: CompiledRule,
  env: Env,
): ExplainedRule {
  return {
    name: exemption === undefined ? rule.name : `${rule.name}, exempted by ${exemption.name}`,
    effect: exemption === undefined ? rule.effect : "hold",
    result: nameOfTruth(decide(env)),
    condition: explainCondition(condition, env),
  };
}

export function explainCondition(condition: Condition, env: Env): ExplainedCondition {
  const result = nameOfTruth(truthOf(condition, env));
  const { path } = condition;
  switch (condition.kind) {
    case "allOf":
    case "anyOf":
      return {
        path,
        expression: condition.kind,
        result,
        members: condition.members.map((each) => explainCondition(each, env)),
      };
    case "not":
      return { path, expression: "not", result, members: [explainCondition(condition.member, env)] };
    case "comparison":
      return {
        path,
        expression: condition.text,
        operator: condition.operator,
        ...expressionOf(subjectValue(condition.subject, env)),
        ...targetOf(operandValue(condition.operand, env)),
        result,
        ...membersOf(condition, env),
      };
  }
}

function expressionOf({ value, unknown, between }: Side): Partial<ExplainedCondition> {
  if (unknown !== undefined) return { expressionUnknown: unknown };
  return between === undefined ? { expressionValue: value ?? null } : { expressionBetween: between };
}

function targetOf({ value, unknown }: Side): Partial<ExplainedCondition> {
  return unknown === undefined ? { targetValue: value ?? null } : { targetUnknown: unknown };
}

function shown(value: Slot): Side {
  return value instanceof Unknown ? { unknown: value.reason } : { value: value ?? null };
}

function operandValue(operand: Operand, env: Env): Side {
  return shown(operand.kind === "constant" ? operand.value : operand.formula.compute(env));
}

function subjectValue(subject: Subject, env: Env): Side {
  switch (subject.kind) {
    case "field":
      return at(env.facts[subject.reference.slot], subject.reference.steps);
    case "element":
      return at(env.current[subject.depth], subject.steps);
    case "value":
      return shown(subject.formula.compute(env));
    case "count":
      return countValue(subject, env);
  }
}

function at(value: Slot, steps: Parameters<typeof follow>[1]): Side {
  if (!hasEach(steps)) return shown(follow(value, steps));
  const values = valuesAt(value, steps);
  if (values instanceof Unknown) return { unknown: values.reason };
  return { value: values.map((each) => (each === undefined || each instanceof Unknown ? null : each)) };
}

function countValue(count: Count, env: Env): Side {
  const layout = new Layout();
  const interval = compileInterval(count, layout);
  const found = interval(prepareSlots(env.facts, layout, env.now, env.current));
  if (found instanceof Unknown) return { unknown: found.reason };
  return found.min === found.max ? { value: found.min } : { between: [found.min, found.max] };
}

/** Enough members of a count to see what came of each. */
const membersMax = 20;

function membersOf({ subject }: Comparison, env: Env): { members?: readonly ExplainedCondition[] } {
  if (subject.kind !== "count" || subject.where === undefined) return {};
  const list = listOf(subject.over)(env);
  if (list instanceof Unknown) return {};
  const { where } = subject;
  return {
    members: list
      .slice(0, membersMax)
      .map((element) => explainCondition(where, { ...env, current: [...env.current, element] })),
  };
}
