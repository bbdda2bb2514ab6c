import { countedMembers } from "../compile/compile-count.ts";
import {
  Failed,
  follow,
  Unknown,
  valueAt,
  valuesAt,
  valuesOf,
  type Env,
  type Slot,
} from "../language/env.ts";
import { describeFailure } from "../language/failure.ts";
import type { FactValue } from "../values/fact.ts";
import { operators, testOf } from "../language/operators.ts";
import { hasEach } from "../values/path.ts";
import type { Comparison, Condition, Operand, Subject } from "../language/policy.ts";
import { printShort } from "../values/print-short.ts";
import { UNKNOWN } from "../values/truth.ts";
import { conditionTruth } from "./condition-truth.ts";
import { vacuityInside, type Vacuity } from "../language/vacuity.ts";

/**
 * Describes the failure in a comparison that is unknown although every fact is known: the function, its arguments and
 * what is wrong with them. Undefined if nothing failed.
 */
export function failureReason(comparison: Comparison, env: Env, vacuity: Vacuity): string | undefined {
  const { subject, operator, operand } = comparison;
  if (subject.kind === "count" && subject.where !== undefined) {
    const inside = memberFailure(subject.where, subject.over, env, vacuityInside(operator, vacuity));
    if (inside !== undefined) return inside;
  }
  const right = rightValue(operand, env);
  const values = leftValues(subject, env);
  const failed = [...values, right].find((value) => value instanceof Failed);
  if (failed instanceof Failed) return describeFailure(failed);
  if (right instanceof Unknown) return undefined;
  const refusal = operators[operator].refuses(right);
  if (refusal !== undefined) return `${operator} ${printShort(right)}: ${refusal}`;
  const test = testOf(operator, right);
  const unordered = values.find((value) => !(value instanceof Unknown) && test(value ?? null) === UNKNOWN);
  if (unordered === undefined || unordered instanceof Unknown) return undefined;
  return `${operator}: ${printShort(unordered)} and ${printShort(right)} cannot be ordered`;
}

/** The first failure among the comparisons of an unknown condition. */
function failureReasonIn(condition: Condition, env: Env, vacuity: Vacuity): string | undefined {
  if (conditionTruth(condition, env, vacuity) !== UNKNOWN) return undefined;
  if (condition.kind === "comparison") return failureReason(condition, env, vacuity);
  if (condition.kind === "not") return failureReasonIn(condition.member, env, vacuity.opposite);
  return firstOf(condition.members, (member) => failureReasonIn(member, env, vacuity));
}

function memberFailure(
  where: Condition,
  over: Parameters<typeof countedMembers>[0],
  env: Env,
  vacuity: Vacuity,
): string | undefined {
  const list = countedMembers(over)(env);
  if (list instanceof Unknown) return undefined;
  return firstOf(list, (element) =>
    failureReasonIn(where, { ...env, current: [...env.current, element] }, vacuity),
  );
}

function firstOf<T>(list: readonly T[], find: (each: T) => string | undefined): string | undefined {
  for (const each of list) {
    const found = find(each);
    if (found !== undefined) return found;
  }
  return undefined;
}

function rightValue(operand: Operand, env: Env): FactValue | Unknown {
  return operand.kind === "constant" ? operand.value : operand.formula.compute(env);
}

function leftValues(subject: Subject, env: Env): readonly Slot[] {
  switch (subject.kind) {
    case "field":
      return hasEach(subject.reference.steps)
        ? asValues(valuesOf(subject.reference, env))
        : [valueAt(subject.reference, env)];
    case "element": {
      const element = env.current[subject.depth];
      return hasEach(subject.steps)
        ? asValues(valuesAt(element, subject.steps))
        : [follow(element, subject.steps)];
    }
    case "value":
      return [subject.formula.compute(env)];
    case "count": {
      const list = countedMembers(subject.over)(env);
      return list instanceof Unknown ? [list] : [list.length];
    }
  }
}

function asValues(values: readonly Slot[] | Unknown): readonly Slot[] {
  return values instanceof Unknown ? [values] : values;
}
