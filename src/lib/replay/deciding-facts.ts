import type { CompiledPolicy, CompiledRule, Judgement } from "../policy/compile/compile.ts";
import { explainRule, type ExplainedCondition } from "../policy/evaluate/explain.ts";
import type { Env } from "../policy/language/env.ts";
import type { FactValue } from "../policy/values/fact.ts";
import { printShort } from "../policy/values/print-short.ts";

/** One side of a decision: what was decided, or would be. */
export interface Decided {
  readonly kind: Judgement["kind"];
  /** How long an approval lasts; undefined where it has no end. */
  readonly forMs?: number;
  /** Undefined where a limit or the default decides. */
  readonly rule?: string;
}

/** A comparison of the policy, and the value that made it true, false or unknown. */
export interface DecidingFact {
  /** `endpoint.location equals "westeurope" is false`. */
  readonly comparison: string;
  readonly value: string;
}

/** The most comparisons that are named for one decision. */
const factsMax = 4;

/**
 * The comparisons that make the difference: those of the rule that decides now; where none does, those for which the
 * rule that decided then does not.
 */
export function decidingFacts(
  policy: CompiledPolicy,
  env: Env,
  before: Decided,
  after: Decided,
): readonly DecidingFact[] {
  const rule = ruleNamed(policy, after.rule ?? before.rule);
  if (rule === undefined) {
    const removed = { comparison: `there is no rule "${before.rule}"`, value: "" };
    return [...(before.rule === undefined ? [] : [removed]), ...limitsOf(policy, env)];
  }
  const { condition, result } = explainRule(rule, env);
  // The rule still applies where a limit stands against it.
  if (after.rule === undefined && result === "true") return limitsOf(policy, env);
  return leavesOf(condition).map(factOf).slice(0, factsMax);
}

function ruleNamed({ groups }: CompiledPolicy, name: string | undefined): CompiledRule | undefined {
  if (name === undefined) return undefined;
  return [groups.reject, groups.hold, groups.approve]
    .flatMap(({ rules }) => rules)
    .find(({ rule }) => rule.name === name);
}

/** The comparisons that give a condition its result. */
function leavesOf(condition: ExplainedCondition): readonly ExplainedCondition[] {
  const { expression, members = [], operator, result } = condition;
  if (operator !== undefined) return [condition];
  if (expression === "not") return members.flatMap(leavesOf);
  return members.filter((member) => member.result === result).flatMap(leavesOf);
}

function factOf({
  expression,
  operator = "",
  targetValue,
  expressionValue,
  expressionUnknown,
  result,
}: ExplainedCondition) {
  const target = targetValue === undefined ? "" : ` ${printShort(targetValue)}`;
  return {
    comparison: `${expression} ${operator}${target} is ${result}`,
    value: expressionUnknown ?? printed(expressionValue),
  };
}

function printed(value: FactValue | undefined): string {
  return value === undefined || value === null ? "absent" : printShort(value);
}

function limitsOf({ limits }: CompiledPolicy, env: Env): DecidingFact[] {
  return limits.flatMap(({ limit, status }) => {
    const found = status(env);
    return found.kind === "reached"
      ? [{ comparison: `limit "${limit.name}" is reached`, value: String(found.approved) }]
      : [];
  });
}
