import { comparisonsOf } from "../language/find-comparisons.ts";
import { foldText } from "../values/fold-text.ts";
import { operators, type OperatorName } from "../language/operators.ts";
import { pinsPlatformPart } from "../language/pinned-id.ts";
import type { Comparison, Condition, Count, Operand, Subject } from "../language/policy.ts";
import { numberOf } from "../values/scalar.ts";
import { isIndependentOfRequester, constantTrust, trustOfField } from "../language/trust.ts";
import type { Trusted } from "../language/formula.ts";

/** Whether a condition, or its negation unless `positive`, is always or never true. */
export type ConstantTruth = (condition: Condition, positive: boolean) => "always" | "never" | undefined;

/**
 * Whether a condition, or its negation unless `positive`, can be true only if a platform-asserted condition is. False
 * if that is not known, and for conditions that are always true.
 */
export function requiresPlatformFact(
  condition: Condition,
  positive: boolean,
  settled: ConstantTruth,
): boolean {
  return requires(condition, positive, (part, isPositive) => {
    const constant = settled(part, isPositive);
    if (constant !== undefined) return constant === "never";
    if (part.kind !== "comparison") return undefined;
    return comparesOnlyPlatformValues(part) || comparisonRequires(part, isPositive, settled);
  });
}

/** The answer for a part of a condition; undefined to ask its members, which comparisons do not have. */
type Requires = (part: Condition, positive: boolean) => boolean | undefined;

/** Whether a condition, or its negation unless `positive`, can be true only if a part is for which `answer` is true. */
export function requires(condition: Condition, positive: boolean, answer: Requires): boolean {
  const known = answer(condition, positive);
  if (known !== undefined) return known;
  switch (condition.kind) {
    case "allOf":
    case "anyOf": {
      // By De Morgan, the negation of an allOf is an anyOf of negations.
      const every = (condition.kind === "anyOf") === positive;
      const ofMember = (member: Condition) => requires(member, positive, answer);
      return every ? condition.members.every(ofMember) : condition.members.some(ofMember);
    }
    case "not":
      return requires(condition.member, !positive, answer);
    case "comparison":
      return false;
  }
}

/** Whether the requester influences no value of a comparison, and the platform asserts at least one. */
function comparesOnlyPlatformValues(comparison: Comparison): boolean {
  const all = valuesIn(comparison);
  return all.every(isIndependentOfRequester) && all.some(({ trust }) => trust.kind === "platform");
}

function valuesIn(comparison: Comparison): Trusted[] {
  return comparisonsOf(comparison).flatMap(({ comparison: { subject, operand } }) => [
    leftSide(subject),
    rightSide(operand),
  ]);
}

function leftSide(subject: Subject): Trusted {
  switch (subject.kind) {
    case "field":
    case "element":
      return { trust: trustOfField(subject.reference) };
    case "value":
      return subject.formula;
    case "count":
      return leftSide(subject.over);
  }
}

function rightSide(operand: Operand): Trusted {
  return operand.kind === "computed"
    ? operand.formula
    : { trust: constantTrust, possibleValues: [operand.value] };
}

/** For values that the requester influences: whether the comparison fixes a part that the platform asserts. */
function comparisonRequires(
  { subject, operator, operand }: Comparison,
  positive: boolean,
  settled: ConstantTruth,
): boolean {
  const affirmed = affirmedOperator(operator, positive);
  if (affirmed === undefined) return false;
  if (subject.kind === "count") return countRequires(subject, affirmed, operand, settled);
  const [left, right] = [leftSide(subject), rightSide(operand)];
  if (left.trust.kind === "test") return affirmed === "equals" && isTrue(right);
  return pinsPlatformPart(affirmed.toLowerCase(), left, right);
}

/** The affirmative operator of a comparison, or of its negation unless `positive`; undefined if it is negated. */
export function affirmedOperator(operator: OperatorName, positive: boolean): string | undefined {
  if (operators[operator].negated === positive) return undefined;
  return positive ? operator : operator.replace(/^not./, (start) => start.slice(3).toLowerCase());
}

/** A count of at least one member requires what its `where` requires. */
function countRequires(
  { where }: Count,
  affirmed: string,
  operand: Operand,
  settled: ConstantTruth,
): boolean {
  if (!requiresOneMember(affirmed, operand) || where === undefined) return false;
  return requiresPlatformFact(where, true, settled);
}

/** Whether a count that satisfies this comparison has at least one member. */
export function requiresOneMember(operator: string, operand: Operand): boolean {
  const number = operand.kind === "constant" ? numberOf(operand.value) : undefined;
  if (number === undefined) return false;
  if (operator === "greater") return number >= 0;
  return (operator === "greaterOrEquals" || operator === "equals") && number >= 1;
}

function isTrue({ possibleValues }: Trusted): boolean {
  return (
    possibleValues?.every(
      (each) => each === true || (typeof each === "string" && foldText(each) === "true"),
    ) ?? false
  );
}
