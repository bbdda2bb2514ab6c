import { comparisonsOf } from "../language/comparisons.ts";
import { fold } from "../values/fold.ts";
import { operators, type OperatorName } from "../language/operator.ts";
import { pinsPlatformPart } from "../language/pinned-id.ts";
import type { Comparison, Condition, Count, Operand, Subject } from "../language/policy.ts";
import { numberOf } from "../values/scalar.ts";
import { isIndependentOfRequester, constantTrust, trustOfField } from "../language/trust.ts";
import type { Trusted } from "../language/formula.ts";

/** Whether a condition, or its negation where `positive` is false, is true of every connection, or of none. */
export type ConstantTruth = (condition: Condition, positive: boolean) => "always" | "never" | undefined;

/**
 * Whether a condition, or its negation where `positive` is false, can be true only where something that the platform
 * vouches for is so. Where that cannot be told, it is not; and what is always true rests on nothing.
 */
export function requiresPlatformFact(
  condition: Condition,
  positive: boolean,
  settled: ConstantTruth,
): boolean {
  const is = settled(condition, positive);
  if (is !== undefined) return is === "never";
  switch (condition.kind) {
    case "allOf":
    case "anyOf": {
      // By De Morgan, the negation of an allOf is an anyOf of negations.
      const every = (condition.kind === "anyOf") === positive;
      const rests = (member: Condition) => requiresPlatformFact(member, positive, settled);
      return every ? condition.members.every(rests) : condition.members.some(rests);
    }
    case "not":
      return requiresPlatformFact(condition.member, !positive, settled);
    case "comparison":
      return comparesOnlyPlatformValues(condition) || comparisonRequires(condition, positive, settled);
  }
}

/** Whether the requester has no say in any value that a comparison looks at, and the platform has one. */
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

/** Of values that the requester has a say in: whether the comparison takes the platform's part of it away from them. */
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

/** The operator that holds where the comparison, or its negation, is true; undefined where one does not hold then. */
export function affirmedOperator(operator: OperatorName, positive: boolean): string | undefined {
  if (operators[operator].negated === positive) return undefined;
  return positive ? operator : operator.replace(/^not./, (start) => start.slice(3).toLowerCase());
}

/** A count that asks for one member at least rests on what its `where` asks of that one. */
function countRequires(
  { where }: Count,
  affirmed: string,
  operand: Operand,
  settled: ConstantTruth,
): boolean {
  if (!requiresOneMember(affirmed, operand) || where === undefined) return false;
  return requiresPlatformFact(where, true, settled);
}

/** Whether a count that is so compared is of one member at least. */
export function requiresOneMember(operator: string, operand: Operand): boolean {
  const number = operand.kind === "constant" ? numberOf(operand.value) : undefined;
  if (number === undefined) return false;
  if (operator === "greater") return number >= 0;
  return (operator === "greaterOrEquals" || operator === "equals") && number >= 1;
}

function isTrue({ possibleValues }: Trusted): boolean {
  return (
    possibleValues?.every((each) => each === true || (typeof each === "string" && fold(each) === "true")) ??
    false
  );
}
