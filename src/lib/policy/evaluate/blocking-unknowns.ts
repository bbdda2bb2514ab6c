import type { Env } from "../language/env.ts";
import type { FieldReference } from "../language/fields.ts";
import { printSteps } from "../values/path.ts";
import type { Comparison, Condition } from "../language/policy.ts";
import { missingRight } from "../language/permission.ts";
import { referencesOf } from "../language/references.ts";
import type { Facts } from "../values/fact.ts";
import type { UnknownReason } from "../values/unknown-reason.ts";
import { UNKNOWN } from "../values/truth.ts";
import { conditionTruth } from "./condition-truth.ts";
import type { Vacuity } from "../language/vacuity.ts";
import type { UnknownFact } from "./verdict.ts";
import { failureReason } from "./failure-reason.ts";

/**
 * The unknown facts that a condition's truth depends on, leaving out members that are already decided. A comparison
 * that fails on known facts is listed by its own text.
 */
export function blockingUnknowns(condition: Condition, env: Env, vacuity: Vacuity): UnknownFact[] {
  if (conditionTruth(condition, env, vacuity) !== UNKNOWN) return [];
  switch (condition.kind) {
    case "allOf":
    case "anyOf":
      return distinctByField(condition.members.flatMap((member) => blockingUnknowns(member, env, vacuity)));
    case "not":
      return blockingUnknowns(condition.member, env, vacuity.opposite);
    case "comparison": {
      const facts = referencesOf(condition).flatMap((reference) => unknownAt(reference, env));
      return facts.length > 0 ? distinctByField(facts) : [failedComparison(condition, env, vacuity)];
    }
  }
}

function failedComparison(comparison: Comparison, env: Env, vacuity: Vacuity): UnknownFact {
  const because = failureReason(comparison, env, vacuity);
  return {
    field: comparison.text,
    reason: "function-failed",
    ...(because === undefined ? {} : { because }),
  };
}

/** The fact that a reference points into, if it is unknown. */
function unknownAt(reference: FieldReference, { facts }: Env): UnknownFact[] {
  const fact = facts[reference.slot];
  return fact?.kind === "unknown" ? [unknownFact(nameOf(reference), fact.reason, facts)] : [];
}

/** An unknown fact, with the right that is missing to read it. */
export function unknownFact(field: string, reason: UnknownReason, facts: Facts): UnknownFact {
  const right = missingRight(field, reason, facts);
  return { field, reason, ...(right === undefined ? {} : { right }) };
}

export function nameOf({ field, steps }: FieldReference): string {
  return `${field.name}${printSteps(steps)}`;
}

export function distinctByField(list: readonly UnknownFact[]): UnknownFact[] {
  const byField = new Map(list.map((each) => [each.field, each]));
  return [...byField.values()].toSorted((a, b) => (a.field < b.field ? -1 : 1));
}
