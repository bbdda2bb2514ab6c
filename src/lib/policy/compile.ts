import type { Fact, Facts, FactValue } from "./fact.ts";
import type { FieldReference } from "./field.ts";
import { fold, operators } from "./operator.ts";
import type { Condition, Effect, Policy, Rule } from "./policy.ts";
import { FALSE, not, TRUE, truthOf, UNKNOWN, type Truth } from "./truth.ts";

export type Decider = (facts: Facts) => Truth;

export interface CompiledRule {
  readonly rule: Rule;
  readonly decide: Decider;
}

/** A policy ready to be evaluated: its rules by effect, each one a closure over prepared operands. */
export interface CompiledPolicy {
  readonly policy: Policy;
  readonly rules: Readonly<Record<Effect, readonly CompiledRule[]>>;
}

export function compile(policy: Policy): CompiledPolicy {
  const compiled = policy.rules.map((rule) => ({ rule, decide: compileCondition(rule.if) }));
  const by = (effect: Effect) => compiled.filter(({ rule }) => rule.effect === effect);
  return { policy, rules: { approve: by("approve"), reject: by("reject"), hold: by("hold") } };
}

export function compileCondition(condition: Condition): Decider {
  switch (condition.kind) {
    case "allOf":
      return allOf(condition.members.map(compileCondition));
    case "anyOf":
      return anyOf(condition.members.map(compileCondition));
    case "not": {
      const inner = compileCondition(condition.member);
      return (facts) => not(inner(facts));
    }
    case "field": {
      const test = operators[condition.operator].test(condition.operand);
      const read = reader(condition.reference);
      return (facts) => {
        const fact = read(facts);
        return fact.kind === "unknown" ? UNKNOWN : truthOf(test(fact.kind === "known" ? fact.value : null));
      };
    }
  }
}

function allOf(members: readonly Decider[]): Decider {
  return (facts) => {
    let truth: Truth = TRUE;
    for (const member of members) {
      const next = member(facts);
      if (next === FALSE) return FALSE;
      if (next < truth) truth = next;
    }
    return truth;
  };
}

function anyOf(members: readonly Decider[]): Decider {
  return (facts) => {
    let truth: Truth = FALSE;
    for (const member of members) {
      const next = member(facts);
      if (next === TRUE) return TRUE;
      if (next > truth) truth = next;
    }
    return truth;
  };
}

/** Reads a field, or one key of it. */
export function reader({ slot, key }: FieldReference): (facts: Facts) => Fact {
  const at = (facts: Facts): Fact => {
    const fact = facts[slot];
    if (fact === undefined) throw new Error(`no fact was gathered for slot ${slot}`);
    return fact;
  };
  if (key === undefined) return at;
  const wanted = fold(key);
  return (facts) => {
    const fact = at(facts);
    return fact.kind === "known" ? valueUnder(fact.value, wanted) : fact;
  };
}

/** The value under a key, whatever its case: tag names do not distinguish case on Azure. */
function valueUnder(value: FactValue, wanted: string): Fact {
  if (value === null || typeof value !== "object" || Array.isArray(value)) return { kind: "absent" };
  const found = Object.entries(value).find(([key]) => fold(key) === wanted);
  return found === undefined || found[1] === null ? { kind: "absent" } : { kind: "known", value: found[1] };
}
