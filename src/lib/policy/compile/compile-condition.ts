import { testFor } from "./operand-test.ts";
import type { CompiledCondition } from "./compiled-condition.ts";
import { compileCount, type CompileWhere } from "./compile-count.ts";
import { compileConstantComparison } from "./compile-constant-comparison.ts";
import {
  follow,
  Unknown,
  valueAt,
  valuesAt,
  valuesOf,
  type Env,
  type Layout,
  type Slot,
} from "../language/env.ts";
import type { Formula } from "../language/formula.ts";
import { rangeHolds } from "../values/ip-range.ts";
import { operators, type OperatorName } from "../language/operators.ts";
import { hasEach } from "../values/path.ts";
import type { Comparison, Condition, Operand } from "../language/policy.ts";
import { FALSE, not, TRUE, truthOf, UNKNOWN, type Truth } from "../values/truth.ts";
import type { Vacuity } from "../language/vacuity.ts";

/** Compiles a condition into a closure and adds the values that it reads to the layout. */
export function compileCondition(condition: Condition, layout: Layout, vacuity: Vacuity): CompiledCondition {
  switch (condition.kind) {
    case "allOf":
      return allOf(condition.members.map((member) => compileCondition(member, layout, vacuity)));
    case "anyOf":
      return anyOf(condition.members.map((member) => compileCondition(member, layout, vacuity)));
    case "not": {
      const inner = compileCondition(condition.member, layout, vacuity.opposite);
      return (env) => not(inner(env));
    }
    case "comparison":
      return compileComparison(condition, layout, vacuity);
  }
}

function allOf(members: readonly CompiledCondition[]): CompiledCondition {
  return (env) => {
    let truth: Truth = TRUE;
    for (let index = 0; index < members.length; index++) {
      const next = (members[index] as CompiledCondition)(env);
      if (next === FALSE) return FALSE;
      if (next < truth) truth = next;
    }
    return truth;
  };
}

function anyOf(members: readonly CompiledCondition[]): CompiledCondition {
  return (env) => {
    let truth: Truth = FALSE;
    for (let index = 0; index < members.length; index++) {
      const next = (members[index] as CompiledCondition)(env);
      if (next === TRUE) return TRUE;
      if (next > truth) truth = next;
    }
    return truth;
  };
}

function compileComparison(comparison: Comparison, layout: Layout, vacuity: Vacuity): CompiledCondition {
  const { subject, operator, operand } = comparison;
  switch (subject.kind) {
    case "field":
      if (hasEach(subject.reference.steps))
        return compareEachMember((env) => valuesOf(subject.reference, env), comparison, vacuity);
      return operand.kind === "constant" && !operators[operator].caseSensitive
        ? compileConstantComparison(layout.foldedIndex(subject.reference), operator, operand.value)
        : compareValue((env) => valueAt(subject.reference, env), operator, operand);
    case "element":
      return hasEach(subject.steps)
        ? compareEachMember(
            ({ current }) => valuesAt(current[subject.depth], subject.steps),
            comparison,
            vacuity,
          )
        : compareValue(({ current }) => follow(current[subject.depth], subject.steps), operator, operand);
    case "value":
      return (
        compareRange(subject.formula, operator, operand, layout) ??
        compareValue(subject.formula.compute, operator, operand)
      );
    case "count":
      return compileCount(subject, comparison, compileWhere(layout), vacuity);
  }
}

/** A compiler for the `where` of counts. */
export function compileWhere(layout: Layout): CompileWhere {
  return (where, vacuity) => compileCondition(where, layout, vacuity);
}

/** Compares any value with a constant or computed operand. */
function compareValue(read: (env: Env) => Slot, operator: OperatorName, operand: Operand): CompiledCondition {
  const testIn = testFor(operator, operand);
  return (env) => {
    const value = read(env);
    if (value instanceof Unknown) return UNKNOWN;
    const test = testIn(env);
    return test instanceof Unknown ? UNKNOWN : test(value ?? null);
  };
}

/** True if every member satisfies the operator; for a missing or empty list, the truth that `vacuity` gives. */
function compareEachMember(
  read: (env: Env) => readonly Slot[] | Unknown,
  { operator, operand }: Comparison,
  vacuity: Vacuity,
): CompiledCondition {
  const testIn = testFor(operator, operand);
  return (env) => {
    const values = read(env);
    if (values instanceof Unknown) return UNKNOWN;
    if (values.length === 0) return vacuity.truth;
    const test = testIn(env);
    if (test instanceof Unknown) return UNKNOWN;
    const truths = values.map((value) => (value instanceof Unknown ? UNKNOWN : test(value ?? null)));
    return truths.reduce((least, truth) => (truth < least ? truth : least));
  };
}

/** `ipRangeContains` with a constant range and a field, both parsed before the decision. */
function compareRange(
  { rangeTest }: Formula,
  operator: OperatorName,
  operand: Operand,
  layout: Layout,
): CompiledCondition | undefined {
  if (rangeTest === undefined || operand.kind !== "constant" || typeof operand.value !== "boolean")
    return undefined;
  if (operator !== "equals" && operator !== "notEquals") return undefined;
  const wanted = operand.value === (operator === "equals");
  const index = layout.rangeIndex(rangeTest.reference);
  return ({ ranges }) => {
    const range = ranges[index];
    if (range === undefined || range instanceof Unknown) return UNKNOWN;
    const holds = rangeHolds(rangeTest.range, range);
    return holds === undefined ? UNKNOWN : truthOf(holds === wanted);
  };
}
