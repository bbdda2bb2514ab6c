import { compileCondition } from "./compile-condition.ts";
import { Layout, prepare, type Env } from "./env.ts";
import type { FieldReference } from "./field.ts";
import { printSteps } from "./path.ts";
import type { Condition } from "./policy.ts";
import { referencesOf } from "./references.ts";
import { UNKNOWN } from "./truth.ts";
import type { Vacuity } from "./vacuity.ts";
import type { UnknownFact } from "./verdict.ts";

/**
 * The unknown facts that a condition's value hangs on: members that are decided already do not count, and a
 * condition that fails on facts that are known names itself.
 */
export function unsettled(condition: Condition, env: Env, vacuity: Vacuity): UnknownFact[] {
  if (truthOf(condition, env, vacuity) !== UNKNOWN) return [];
  switch (condition.kind) {
    case "allOf":
    case "anyOf":
      return distinct(condition.members.flatMap((member) => unsettled(member, env, vacuity)));
    case "not":
      return unsettled(condition.member, env, vacuity.opposite);
    case "comparison": {
      const facts = referencesOf(condition).flatMap((reference) => unknownAt(reference, env));
      return facts.length > 0 ? distinct(facts) : [{ field: condition.text, reason: "function-failed" }];
    }
  }
}

/** The fact that a reference lies in, where it is unknown. */
export function unknownAt(reference: FieldReference, { facts }: Env): UnknownFact[] {
  const fact = facts[reference.slot];
  return fact?.kind === "unknown" ? [{ field: nameOf(reference), reason: fact.reason }] : [];
}

/** The value of one condition among the facts; compiled for this once, since explanations are seldom asked for. */
export function truthOf(condition: Condition, env: Env, vacuity: Vacuity) {
  const layout = new Layout();
  const decide = compileCondition(condition, layout, vacuity);
  return decide(prepare(env.facts, layout, env.now, env.current));
}

export function nameOf({ field, steps }: FieldReference): string {
  return `${field.name}${printSteps(steps)}`;
}

export function distinct(list: readonly UnknownFact[]): UnknownFact[] {
  const byField = new Map(list.map((each) => [each.field, each]));
  return [...byField.values()].toSorted((a, b) => (a.field < b.field ? -1 : 1));
}
