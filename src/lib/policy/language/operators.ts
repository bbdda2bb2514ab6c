import type { FactValue } from "../values/fact.ts";
import { foldText, foldValue } from "../values/fold-text.ts";
import { ordering } from "../values/order.ts";
import { like, match } from "../values/pattern.ts";
import { comparable, listOf, membership, sameScalar, scalarText } from "../values/scalar.ts";
import { not, truthOf, type Truth } from "../values/truth.ts";

/** Tests a value. Absent values are null, and texts are folded unless the operator is case-sensitive. */
export type Test = (value: FactValue) => Truth;

export interface Operator {
  /** The error of the right side; undefined if it is valid. */
  readonly refuses: (operand: FactValue) => string | undefined;
  /** Prepares the right side once, so that decisions only compare. */
  readonly test: (operand: FactValue) => Test;
  /** Whether a missing value makes it true. */
  readonly negated: boolean;
  /** Whether its test needs texts that are not folded. */
  readonly caseSensitive: boolean;
}

type Refusal = Operator["refuses"];
type Prepare = (operand: FactValue) => (value: FactValue) => boolean;

function operator(refuses: Refusal, prepare: Prepare, caseSensitive = false): Operator {
  return {
    refuses,
    caseSensitive,
    negated: false,
    test: (operand) => {
      const test = prepare(caseSensitive ? operand : foldValue(operand));
      return (value) => truthOf(test(value));
    },
  };
}

function negative(positive: Operator): Operator {
  return {
    ...positive,
    negated: true,
    test: (operand) => {
      const test = positive.test(operand);
      return (value) => not(test(value));
    },
  };
}

function ordered(holds: (order: number) => boolean): Operator {
  return { refuses: unlessOrdered, test: ordering(holds), negated: false, caseSensitive: false };
}

const equality = operator(unlessScalar, equals);
const membershipTest = operator(unlessList, isIn);
const likeness = operator(unlessText, like);
const matching = operator(unlessText, (pattern) => match(pattern, false), true);
const matchingFolded = operator(unlessText, (pattern) => match(pattern, true), true);
const containing = operator(unlessScalar, contains);
const withKey = operator(unlessText, containsKey);

/** Azure Policy's operators. As there, a missing value is null, and null equals "". */
export const operators = {
  equals: equality,
  notEquals: negative(equality),
  like: likeness,
  notLike: negative(likeness),
  match: matching,
  notMatch: negative(matching),
  matchInsensitively: matchingFolded,
  notMatchInsensitively: negative(matchingFolded),
  contains: containing,
  notContains: negative(containing),
  in: membershipTest,
  notIn: negative(membershipTest),
  containsKey: withKey,
  notContainsKey: negative(withKey),
  less: ordered((order) => order < 0),
  lessOrEquals: ordered((order) => order <= 0),
  greater: ordered((order) => order > 0),
  greaterOrEquals: ordered((order) => order >= 0),
  exists: operator(unlessBoolean, exists),
} as const satisfies Record<string, Operator>;

export type OperatorName = keyof typeof operators;

/** The operators that compare by order. */
export const orderOperators: readonly OperatorName[] = ["less", "lessOrEquals", "greater", "greaterOrEquals"];

export const operatorNames = Object.keys(operators) as readonly OperatorName[];

/** A test of values that are not folded. */
export function testOf(name: OperatorName, operand: FactValue): Test {
  const { test, caseSensitive } = operators[name];
  const prepared = test(operand);
  return caseSensitive ? prepared : (value) => prepared(foldValue(value));
}

function equals(operand: FactValue): (value: FactValue) => boolean {
  const right = comparable(operand);
  return (value) => sameScalar(comparable(value), right);
}

/** Membership; false for a missing value. */
function isIn(operand: FactValue): (value: FactValue) => boolean {
  const has = membership(listOf(operand));
  return (value) => value !== null && has(comparable(value));
}

/** A substring of text, an element of a list, or a key of an object. */
function contains(operand: FactValue): (value: FactValue) => boolean {
  const right = comparable(operand);
  const part = scalarText(operand) ?? "";
  const key = containsKey(operand);
  return (value) => {
    if (Array.isArray(value)) return listOf(value).some((element) => sameScalar(comparable(element), right));
    if (typeof value === "object" && value !== null) return key(value);
    return scalarText(value)?.includes(part) ?? false;
  };
}

function containsKey(operand: FactValue): (value: FactValue) => boolean {
  const wanted = scalarText(operand) ?? "";
  return (value) =>
    typeof value === "object" &&
    value !== null &&
    !Array.isArray(value) &&
    Object.keys(value).some((key) => foldText(key) === wanted);
}

function exists(operand: FactValue): (value: FactValue) => boolean {
  const wanted = scalarText(operand) === "true";
  return (value) => (value !== null) === wanted;
}

function unlessScalar(operand: FactValue): string | undefined {
  return operand !== null && typeof operand === "object"
    ? "expected text, a number, true or false, not a list or an object"
    : undefined;
}

function unlessList(operand: FactValue): string | undefined {
  return Array.isArray(operand) ? undefined : "expected a list";
}

function unlessText(operand: FactValue): string | undefined {
  return typeof operand === "string" ? undefined : "expected text";
}

function unlessOrdered(operand: FactValue): string | undefined {
  return typeof operand === "string" || typeof operand === "number"
    ? undefined
    : "expected a number, a date or text";
}

function unlessBoolean(operand: FactValue): string | undefined {
  const text = operand === null || typeof operand === "object" ? "" : String(operand);
  return /^(true|false)$/i.test(text) ? undefined : "expected true or false";
}
