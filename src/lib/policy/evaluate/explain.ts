import type { CompiledPolicy, CompiledRule } from "../compile/compile.ts";
import { closestApproveRules } from "./closest-rule.ts";
import { compileWhere } from "../compile/compile-condition.ts";
import { decide } from "../compile/decision-diagram.ts";
import { compileInterval, countedMembers } from "../compile/compile-count.ts";
import {
  follow,
  Layout,
  prepare,
  Unknown,
  valueAt,
  valuesAt,
  valuesOf,
  type Env,
  type Slot,
} from "../language/env.ts";
import type { FactValue } from "../values/fact.ts";
import type { UnknownReason } from "../values/unknown-reason.ts";
import type { FieldReference } from "../language/fields.ts";
import { hasEach, type Step } from "../values/path.ts";
import type { Comparison, Condition, Count, Effect, Operand } from "../language/policy.ts";
import { FALSE, nameOfTruth, UNKNOWN } from "../values/truth.ts";
import { conditionTruth } from "./condition-truth.ts";
import { vacuityInside, vacuityOf, type Vacuity } from "../language/vacuity.ts";
import { failureReason } from "./failure-reason.ts";

type TruthName = ReturnType<typeof nameOfTruth>;

/**
 * One side of a comparison: a value, why it is unknown, or the bounds of a count. Separate keys, since a value can be
 * any JSON.
 */
interface Side {
  readonly value?: FactValue;
  readonly unknown?: UnknownReason;
  readonly between?: readonly [number, number];
}

/** One condition and its result, in Azure Policy's terms. */
export interface ExplainedCondition {
  /** The path of the condition in the policy. */
  readonly path: string;
  /** The left side as written, or the connective. */
  readonly expression: string;
  readonly operator?: string;
  /** The value that was read; null if absent. */
  readonly expressionValue?: FactValue;
  readonly expressionUnknown?: UnknownReason;
  /** The bounds of a count with unknown members. */
  readonly expressionBetween?: readonly [number, number];
  /** The right side after evaluating parameters and functions. */
  readonly targetValue?: FactValue;
  readonly targetUnknown?: UnknownReason;
  /** The failure that made it unknown, if no unknown fact did. */
  readonly because?: string;
  readonly result: TruthName;
  readonly members?: readonly ExplainedCondition[];
}

export interface ExplainedRule {
  readonly name: string;
  readonly effect: Effect;
  /** The truth of the condition combined with the rule's expiry, window and exemptions. */
  readonly result: TruthName;
  readonly condition: ExplainedCondition;
}

/** Explains the result of each rule. Evaluates the policy again, so that deciding is not slowed down. */
export function explain(compiled: CompiledPolicy, env: Env): ExplainedRule[] {
  return rulesOf(compiled).map((rule) => explainRule(rule, env));
}

/**
 * Explains only the rules that a verdict depends on: those that are not false. Where the default decides, there are
 * none, and the approve rules that are closest to being true say what an approval lacks.
 */
export function explainVerdict(compiled: CompiledPolicy, env: Env): ExplainedRule[] {
  const notFalse = rulesOf(compiled).filter(({ decision }) => decide(decision, env) !== FALSE);
  const isDefault = notFalse.every(({ rule }) => rule.effect === "alert");
  return [...notFalse, ...(isDefault ? closestApproveRules(compiled, env) : [])].map((rule) =>
    explainRule(rule, env),
  );
}

function rulesOf({ groups: { reject, hold, approve, alert } }: CompiledPolicy): CompiledRule[] {
  return [reject, hold, approve, alert].flatMap(({ rules }) => rules);
}

export function explainRule(
  { rule, exemption, decision, if: condition }: CompiledRule,
  env: Env,
): ExplainedRule {
  return {
    name: exemption === undefined ? rule.name : `${rule.name}, exempted by ${exemption.name}`,
    effect: exemption === undefined ? rule.effect : "hold",
    result: nameOfTruth(decide(decision, env)),
    condition: explainCondition(condition, `${rule.path}.if`, env, vacuityOf(rule.effect)),
  };
}

/** `path` is the path of the condition in the policy. */
function explainCondition(
  condition: Condition,
  path: string,
  env: Env,
  vacuity: Vacuity,
): ExplainedCondition {
  switch (condition.kind) {
    case "allOf":
    case "anyOf": {
      const inner = `${path}.${condition.kind}`;
      const members = condition.members.map((each, index) =>
        explainCondition(each, `${inner}[${index}]`, env, vacuity),
      );
      return {
        path: inner,
        expression: condition.kind,
        result: combinedResult(condition.kind, members),
        members,
      };
    }
    case "not": {
      const member = explainCondition(condition.member, `${path}.not`, env, vacuity.opposite);
      return { path: `${path}.not`, expression: "not", result: opposites[member.result], members: [member] };
    }
    case "comparison":
      return {
        path,
        expression: condition.text,
        operator: condition.operator,
        ...expressionOf(subjectValue(condition, env, vacuity)),
        ...targetOf(operandValue(condition.operand, env)),
        ...resultOf(condition, env, vacuity),
        ...membersOf(condition, path, env, vacuity),
      };
  }
}

function resultOf(
  comparison: Comparison,
  env: Env,
  vacuity: Vacuity,
): Pick<ExplainedCondition, "result" | "because"> {
  const truth = conditionTruth(comparison, env, vacuity);
  const because = truth === UNKNOWN ? failureReason(comparison, env, vacuity) : undefined;
  return { result: nameOfTruth(truth), ...(because === undefined ? {} : { because }) };
}

const opposites = { true: "false", false: "true", unknown: "unknown" } as const;

function combinedResult(kind: "allOf" | "anyOf", members: readonly ExplainedCondition[]): TruthName {
  const decisive = kind === "allOf" ? "false" : "true";
  if (members.some(({ result }) => result === decisive)) return decisive;
  return members.some(({ result }) => result === "unknown") ? "unknown" : opposites[decisive];
}

function expressionOf({ value, unknown, between }: Side): Partial<ExplainedCondition> {
  if (unknown !== undefined) return { expressionUnknown: unknown };
  return between === undefined ? { expressionValue: value ?? null } : { expressionBetween: between };
}

function targetOf({ value, unknown }: Side): Partial<ExplainedCondition> {
  return unknown === undefined ? { targetValue: value ?? null } : { targetUnknown: unknown };
}

function sideOf(value: Slot): Side {
  return value instanceof Unknown ? { unknown: value.reason } : { value: value ?? null };
}

function operandValue(operand: Operand, env: Env): Side {
  return sideOf(operand.kind === "constant" ? operand.value : operand.formula.compute(env));
}

function subjectValue({ subject, operator }: Comparison, env: Env, vacuity: Vacuity): Side {
  switch (subject.kind) {
    case "field":
      return sideOfField(subject.reference, env);
    case "element":
      return sideOfElement(env.current[subject.depth], subject.steps);
    case "value":
      return sideOf(subject.formula.compute(env));
    case "count":
      return countValue(subject, env, vacuityInside(operator, vacuity));
  }
}

function sideOfField(reference: FieldReference, env: Env): Side {
  return hasEach(reference.steps) ? sideOfList(valuesOf(reference, env)) : sideOf(valueAt(reference, env));
}

function sideOfElement(value: Slot, steps: readonly Step[]): Side {
  return hasEach(steps) ? sideOfList(valuesAt(value, steps)) : sideOf(follow(value, steps));
}

function sideOfList(values: ReturnType<typeof valuesAt>): Side {
  if (values instanceof Unknown) return { unknown: values.reason };
  return { value: values.map((each) => each ?? null) };
}

function countValue(count: Count, env: Env, vacuity: Vacuity): Side {
  const layout = new Layout();
  const interval = compileInterval(count, compileWhere(layout), vacuity);
  const found = interval(prepare(env.facts, layout, env.now, env.current));
  if (found instanceof Unknown) return { unknown: found.reason };
  return found.min === found.max ? { value: found.min } : { between: [found.min, found.max] };
}

/** The most members of a count that are explained. */
const membersMax = 20;

function membersOf(
  { subject, operator }: Comparison,
  path: string,
  env: Env,
  vacuity: Vacuity,
): { members?: readonly ExplainedCondition[] } {
  if (subject.kind !== "count" || subject.where === undefined) return {};
  const list = countedMembers(subject.over)(env);
  if (list instanceof Unknown) return {};
  const { where } = subject;
  return {
    members: list
      .slice(0, membersMax)
      .map((element) =>
        explainCondition(
          where,
          `${path}.count.where`,
          { ...env, current: [...env.current, element] },
          vacuityInside(operator, vacuity),
        ),
      ),
  };
}
