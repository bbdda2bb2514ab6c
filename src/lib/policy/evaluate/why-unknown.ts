import { listOf } from "../compile/compile-count.ts";
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
import { operators, testOf } from "../language/operator.ts";
import { hasEach } from "../values/path.ts";
import type { Comparison, Condition, Operand, Subject } from "../language/policy.ts";
import { printShort } from "../values/print-short.ts";
import { UNKNOWN } from "../values/truth.ts";
import { truthOf } from "./truth-of.ts";
import { vacuityInside, type Vacuity } from "../language/vacuity.ts";

/**
 * What failed, of a comparison that is unknown though every fact is known: the function, its arguments and what is
 * wrong with them. Undefined where nothing failed.
 */
export function whyFailed(comparison: Comparison, env: Env, vacuity: Vacuity): string | undefined {
  const { subject, operator, operand } = comparison;
  if (subject.kind === "count" && subject.where !== undefined) {
    const inside = ofMember(subject.where, subject.over, env, vacuityInside(operator, vacuity));
    if (inside !== undefined) return inside;
  }
  const right = rightOf(operand, env);
  const values = leftOf(subject, env);
  const failed = [...values, right].find((value) => value instanceof Failed);
  if (failed instanceof Failed) return describeFailure(failed);
  if (right instanceof Unknown) return undefined;
  const refusal = operators[operator].refuses(right);
  if (refusal !== undefined) return `${operator} ${printShort(right)}: ${refusal}`;
  const test = testOf(operator, right);
  const unordered = values.find((value) => !(value instanceof Unknown) && test(value ?? null) === UNKNOWN);
  if (unordered === undefined || unordered instanceof Unknown) return undefined;
  return `${operator}: ${printShort(unordered)} and ${printShort(right)} have no order`;
}

/** The first failure among the comparisons of a condition that is unknown. */
function whyFailedIn(condition: Condition, env: Env, vacuity: Vacuity): string | undefined {
  if (truthOf(condition, env, vacuity) !== UNKNOWN) return undefined;
  if (condition.kind === "comparison") return whyFailed(condition, env, vacuity);
  if (condition.kind === "not") return whyFailedIn(condition.member, env, vacuity.opposite);
  return firstOf(condition.members, (member) => whyFailedIn(member, env, vacuity));
}

function ofMember(
  where: Condition,
  over: Parameters<typeof listOf>[0],
  env: Env,
  vacuity: Vacuity,
): string | undefined {
  const list = listOf(over)(env);
  if (list instanceof Unknown) return undefined;
  return firstOf(list, (element) =>
    whyFailedIn(where, { ...env, current: [...env.current, element] }, vacuity),
  );
}

function firstOf<T>(list: readonly T[], find: (each: T) => string | undefined): string | undefined {
  for (const each of list) {
    const found = find(each);
    if (found !== undefined) return found;
  }
  return undefined;
}

function rightOf(operand: Operand, env: Env): FactValue | Unknown {
  return operand.kind === "constant" ? operand.value : operand.formula.compute(env);
}

function leftOf(subject: Subject, env: Env): readonly Slot[] {
  switch (subject.kind) {
    case "field":
      return hasEach(subject.reference.steps)
        ? several(valuesOf(subject.reference, env))
        : [valueAt(subject.reference, env)];
    case "element": {
      const element = env.current[subject.depth];
      return hasEach(subject.steps)
        ? several(valuesAt(element, subject.steps))
        : [follow(element, subject.steps)];
    }
    case "value":
      return [subject.formula.compute(env)];
    case "count": {
      const list = listOf(subject.over)(env);
      return list instanceof Unknown ? [list] : [list.length];
    }
  }
}

function several(values: readonly Slot[] | Unknown): readonly Slot[] {
  return values instanceof Unknown ? [values] : values;
}
