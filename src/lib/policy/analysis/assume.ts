import { stepsOf } from "../language/find-comparisons.ts";
import { hasEach } from "../values/path.ts";
import type { Comparison, Condition, Count } from "../language/policy.ts";
import { listOf } from "../values/scalar.ts";
import { UNKNOWN } from "../values/truth.ts";
import { Assumptions } from "./assumptions.ts";
import { literalOf, type Literal } from "./literal.ts";
import { narrow, type Narrow } from "./narrow.ts";
import { valueSet, integerRange, type AbstractValue } from "./abstract-value.ts";
import { comparesWithItself, abstractValueOf } from "./subject.ts";
import type { FactModel } from "./fact-model.ts";

/** An unsatisfiable literal, or two literals that contradict each other. */
export interface Conflict {
  readonly literal: Literal;
  readonly conflictsWith?: Literal;
}

export interface Analysis {
  readonly model: FactModel;
  /** Narrows a value by a literal; tests replace it with a wrong one. */
  readonly narrow: Narrow;
  /** Called for unsatisfiable alternatives and `where` conditions of a condition that is satisfiable as a whole. */
  readonly onDeadPart?: (conflict: Conflict) => void;
}

export function analysisIn(model: FactModel): Analysis {
  return { model, narrow };
}

/** Whether a condition, or its negation unless `positive`, may be true. True if that is not known. */
export function isSatisfiable(condition: Condition, positive: boolean, analysis: Analysis): boolean {
  return assume(condition, positive, new Assumptions(), analysis) === undefined;
}

/**
 * Assumes that a condition is true, or false unless `positive`, and returns the conflict if that is impossible. Unknown
 * facts need not be considered, since they make a condition neither true nor false.
 */
export function assume(
  condition: Condition,
  positive: boolean,
  assumed: Assumptions,
  analysis: Analysis,
): Conflict | undefined {
  switch (condition.kind) {
    case "not":
      return assume(condition.member, !positive, assumed, analysis);
    case "allOf":
    case "anyOf":
      return (condition.kind === "allOf") === positive
        ? assumeAll(condition.members, positive, assumed, analysis)
        : assumeAny(condition.members, positive, assumed, analysis);
    case "comparison":
      return assumeComparison(condition, positive, assumed, analysis);
  }
}

/** Assumes alternatives last, when the other members have narrowed the values. */
function assumeAll(
  members: readonly Condition[],
  positive: boolean,
  assumed: Assumptions,
  analysis: Analysis,
): Conflict | undefined {
  for (const choice of [false, true])
    for (const member of members) {
      if (isChoice(member, positive) !== choice) continue;
      const conflict = assume(member, positive, assumed, analysis);
      if (conflict !== undefined) return conflict;
    }
  return undefined;
}

function isChoice(condition: Condition, positive: boolean): boolean {
  if (condition.kind === "not") return isChoice(condition.member, !positive);
  return condition.kind === (positive ? "anyOf" : "allOf");
}

function assumeAny(
  members: readonly Condition[],
  positive: boolean,
  assumed: Assumptions,
  analysis: Analysis,
): Conflict | undefined {
  const possible: Assumptions[] = [];
  const conflicts: Conflict[] = [];
  for (const member of members) {
    const layer = new Assumptions(assumed);
    const conflict = assume(member, positive, layer, analysis);
    if (conflict === undefined) possible.push(layer);
    else conflicts.push(conflict);
  }
  if (possible.length === 0) return conflicts[0];
  for (const conflict of conflicts) analysis.onDeadPart?.(conflict);
  assumed.join(possible);
  return undefined;
}

function assumeComparison(
  comparison: Comparison,
  positive: boolean,
  assumed: Assumptions,
  analysis: Analysis,
): Conflict | undefined {
  if (!positive && hasEach(stepsOf(comparison.subject))) return assumeOneMember(comparison, analysis);
  const literal = literalOf(comparison, positive);
  if (!analysis.model.documented && dependsOnlyOnParameters(literal)) return undefined;
  const opposite = assumed.literalSaying(literal.key, literal.says);
  if (opposite !== undefined && opposite.wanted !== literal.wanted)
    return { literal, conflictsWith: opposite };
  const before = assumed.value(literal.key) ?? initialValue(comparison, analysis);
  const possible = narrowFrom(before, literal, (most) => assumed.literals(literal.key, most), analysis);
  if (isEmpty(possible)) return findConflict(literal, assumed.literals(literal.key), analysis);
  assumed.add(literal, possible);
  return undefined;
}

/** A false `[*]` needs only one failing member, or an empty list, so nothing is known about the other members. */
function assumeOneMember(comparison: Comparison, analysis: Analysis): Conflict | undefined {
  const { subject } = comparison;
  const isThere = analysis.model.documented && subject.kind === "field" && subject.reference.field.nonEmpty;
  if (isThere !== true) return undefined;
  const literal = literalOf(comparison, false);
  const left = narrowFrom(initialValue(comparison, analysis), literal, () => [], analysis);
  return isEmpty(left) ? { literal } : undefined;
}

/**
 * Comparisons that only depend on parameters are not held against a rule: an empty list may be filled later, and a
 * switch may be on in another environment.
 */
function dependsOnlyOnParameters({ comparison, test }: Literal): boolean {
  if (hasEmptyRightSide(comparison)) return true;
  const { subject } = comparison;
  if (subject.kind !== "value" || !subject.formula.constant) return false;
  return subject.formula.possibleValues?.every((value) => test?.(value) !== UNKNOWN) ?? false;
}

export function hasEmptyRightSide({ operator, operand }: Comparison): boolean {
  if (operator !== "in" && operator !== "notIn") return false;
  return operand.kind === "constant" && listOf(operand.value).length === 0;
}

/** The abstract value of the left side before any assumptions. */
export function initialValue({ subject, text }: Comparison, analysis: Analysis): AbstractValue {
  if (subject.kind !== "count") return abstractValueOf(subject, text, analysis.model);
  const conflict = subject.where && assume(subject.where, true, new Assumptions(), analysis);
  if (conflict !== undefined) {
    analysis.onDeadPart?.(conflict);
    return valueSet([0]);
  }
  const present = integerRange(countIsPositive(subject, analysis) ? 1 : 0, Infinity);
  return { missing: false, ...(present === undefined ? {} : { present }) };
}

/** Whether a count is over a list that is never empty, and counts each member. */
function countIsPositive({ over, where }: Count, analysis: Analysis): boolean {
  if (!analysis.model.documented || over.kind !== "field" || over.reference.field.nonEmpty !== true)
    return false;
  return where === undefined || !isSatisfiable(where, false, analysis);
}

function narrowFrom(
  before: AbstractValue,
  literal: Literal,
  earlier: (most?: number) => readonly Literal[],
  analysis: Analysis,
): AbstractValue {
  const possible = analysis.narrow(
    comparesWithItself(literal) ? narrowSelfComparison(before, literal) : before,
    literal,
  );
  // Recheck the earlier literals when the value becomes a finite set, and the negative ones for a new pattern.
  const { present } = possible;
  const again = (literals: readonly Literal[]) =>
    literals.reduce((left, each) => analysis.narrow(left, each), possible);
  if (present?.kind === "among" && before.present?.kind !== "among") return again(earlier());
  if (!isPattern(present, literal)) return possible;
  return again(earlier(recheckedMax).filter(({ wanted }) => !wanted));
}

/** The most earlier literals that are rechecked for a new pattern; later ones are not found. */
const recheckedMax = 16;

function isPattern(present: AbstractValue["present"], { operator, wanted }: Literal): boolean {
  return present?.kind === "text" && operator === "like" && wanted;
}

const trueForEqualSides: readonly string[] = [
  "equals",
  "like",
  "contains",
  "lessOrEquals",
  "greaterOrEquals",
];
const scalars: readonly string[] = ["among", "number", "instant", "text"];

/** Narrows a comparison of a value with itself: it is equal, and neither less nor greater. */
function narrowSelfComparison(
  { missing, present }: AbstractValue,
  { operator, wanted }: Literal,
): AbstractValue {
  const never = trueForEqualSides.includes(operator)
    ? !wanted
    : wanted && /^(?:less|greater)$/.test(operator);
  if (!never || present === undefined || !scalars.includes(present.kind))
    return present === undefined ? { missing } : { missing, present };
  return { missing: missing && operator !== "equals" };
}

function isEmpty({ missing, present }: AbstractValue): boolean {
  return !missing && present === undefined;
}

/** Finds the first earlier literal that contradicts this one; none if this one is unsatisfiable by itself. */
function findConflict(literal: Literal, earlier: readonly Literal[], analysis: Analysis): Conflict {
  const initial = initialValue(literal.comparison, { ...analysis, onDeadPart: () => undefined });
  const after = (first: AbstractValue, ...literals: readonly Literal[]) =>
    literals.reduce(
      (left, each, index) => narrowFrom(left, each, () => literals.slice(0, index), analysis),
      first,
    );
  if (isEmpty(after(initial, literal))) return { literal };
  const conflictsWith = earlier.find((each) => isEmpty(after(initial, each, literal))) ?? earlier[0];
  return conflictsWith === undefined ? { literal } : { literal, conflictsWith };
}
