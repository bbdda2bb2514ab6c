import { testFor } from "./operand-test.ts";
import { compileCount, type CompileWhere } from "./compile-count.ts";
import { compileConstantComparison } from "./compile-constant-comparison.ts";
import { decide, type Diagram, type Predicate } from "./decision-diagram.ts";
import {
  askCondition,
  askRange,
  conjunction,
  diagramOf,
  disjunction,
  negate,
  type DiagramPart,
} from "./decision-diagram-part.ts";
import type { FactValue } from "../values/fact.ts";
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
import { operators, type OperatorName } from "../language/operators.ts";
import { hasEach } from "../values/path.ts";
import type { Comparison, Condition, Operand } from "../language/policy.ts";
import { and, UNKNOWN } from "../values/truth.ts";
import type { Vacuity } from "../language/vacuity.ts";

/** Compiles a condition and adds the values that it reads to the layout. */
export function compileCondition(condition: Condition, layout: Layout, vacuity: Vacuity): Diagram {
  return diagramOf(partOf(condition, layout, vacuity));
}

function partOf(condition: Condition, layout: Layout, vacuity: Vacuity): DiagramPart {
  switch (condition.kind) {
    case "allOf":
      return conjunction(condition.members.map((member) => partOf(member, layout, vacuity)));
    case "anyOf":
      return disjunction(condition.members.map((member) => partOf(member, layout, vacuity)));
    case "not":
      return negate(partOf(condition.member, layout, vacuity.opposite));
    case "comparison":
      return (
        constantComparison(condition, layout) ?? askCondition(compileComparison(condition, layout, vacuity))
      );
  }
}

/** What is compiled already, because reasons and explanations compile each comparison of a policy again. */
const compiledFor = new WeakMap<Layout, Map<Comparison, DiagramPart | undefined>>();

function constantComparison(comparison: Comparison, layout: Layout): DiagramPart | undefined {
  const known = compiledFor.get(layout) ?? new Map<Comparison, DiagramPart | undefined>();
  if (known.has(comparison)) return known.get(comparison);
  const part = compileIfConstant(comparison, layout);
  compiledFor.set(layout, known.set(comparison, part));
  return part;
}

/** Compares a value that is prepared before the decision with a constant, the form of nearly all conditions. */
function compileIfConstant(
  { subject, operator, operand }: Comparison,
  layout: Layout,
): DiagramPart | undefined {
  if (operand.kind !== "constant") return undefined;
  if (subject.kind === "value") return compareRange(subject.formula, operator, operand.value, layout);
  if (subject.kind !== "field" || hasEach(subject.reference.steps) || operators[operator].caseSensitive)
    return undefined;
  return compileConstantComparison(layout.foldedIndex(subject.reference), operator, operand.value);
}

function compileComparison(comparison: Comparison, layout: Layout, vacuity: Vacuity): Predicate {
  const { subject, operator, operand } = comparison;
  switch (subject.kind) {
    case "field":
      return hasEach(subject.reference.steps)
        ? compareEachMember((env) => valuesOf(subject.reference, env), comparison, vacuity)
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
      return compareValue(subject.formula.compute, operator, operand);
    case "count":
      return compileCount(subject, comparison, compileWhere(layout), vacuity);
  }
}

/** A compiler for the `where` of counts. */
export function compileWhere(layout: Layout): CompileWhere {
  return (where, vacuity) => {
    const diagram = compileCondition(where, layout, vacuity);
    return (env) => decide(diagram, env);
  };
}

/** Compares any value with a constant or computed operand. */
function compareValue(read: (env: Env) => Slot, operator: OperatorName, operand: Operand): Predicate {
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
  read: (env: Env) => readonly (FactValue | undefined)[] | Unknown,
  { operator, operand }: Comparison,
  vacuity: Vacuity,
): Predicate {
  const testIn = testFor(operator, operand);
  return (env) => {
    const values = read(env);
    if (values instanceof Unknown) return UNKNOWN;
    if (values.length === 0) return vacuity.truth;
    const test = testIn(env);
    if (test instanceof Unknown) return UNKNOWN;
    return values.map((value) => test(value ?? null)).reduce((all, truth) => and(all, truth));
  };
}

/** `ipRangeContains` with a constant range and a field, both parsed before the decision. */
function compareRange(
  { rangeTest }: Formula,
  operator: OperatorName,
  operand: FactValue,
  layout: Layout,
): DiagramPart | undefined {
  if (rangeTest === undefined || typeof operand !== "boolean") return undefined;
  if (operator !== "equals" && operator !== "notEquals") return undefined;
  const within = askRange(layout.rangeIndex(rangeTest.reference), rangeTest.range);
  return operand === (operator === "equals") ? within : negate(within);
}
