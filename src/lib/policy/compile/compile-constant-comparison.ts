import type { CompiledCondition } from "./compiled-condition.ts";
import { Unknown } from "../language/env.ts";
import type { FactValue } from "../values/fact.ts";
import { foldText, foldValue } from "../values/fold-text.ts";
import { operators, type OperatorName, type Test } from "../language/operators.ts";
import { comparable, isPlainText, listOf, membership } from "../values/scalar.ts";
import { FALSE, TRUE, truthOf, UNKNOWN } from "../values/truth.ts";

/**
 * Compiles the comparison of a prepared value with a constant, the form of nearly all conditions. Common forms have
 * specialised closures that test the usual type of value first; the others call the operator's generic test.
 */
export function compileConstantComparison(
  index: number,
  operator: OperatorName,
  operand: FactValue,
): CompiledCondition {
  const test = operators[operator].test(operand);
  const right = foldValue(operand);
  switch (operator) {
    case "equals":
    case "notEquals":
      return testEquality(index, comparable(right), operator === "equals", test);
    case "in":
    case "notIn":
      return testMembership(index, listOf(right), operator === "in", test);
    case "like":
      return typeof right === "string" ? testPattern(index, right, test) : testValue(index, test);
    case "contains":
      return typeof right === "string" ? testContents(index, right, test) : testValue(index, test);
    case "exists":
      return testExistence(
        index,
        right === true || (typeof right === "string" && foldText(right) === "true"),
      );
    case "less":
    case "lessOrEquals":
    case "greater":
    case "greaterOrEquals":
      return typeof right === "number" ? testOrder(index, operator, right, test) : testValue(index, test);
    case "notLike":
    case "match":
    case "notMatch":
    case "matchInsensitively":
    case "notMatchInsensitively":
    case "notContains":
    case "containsKey":
    case "notContainsKey":
      return testValue(index, test);
  }
}

function testValue(index: number, test: Test): CompiledCondition {
  return ({ folded }) => {
    const value = folded[index];
    return value instanceof Unknown ? UNKNOWN : test(value ?? null);
  };
}

/** Values of the operand's type are equal or not; other values may be equal by coercion. */
function testEquality(
  index: number,
  right: ReturnType<typeof comparable>,
  positive: boolean,
  test: Test,
): CompiledCondition {
  const [same, other] = [truthOf(positive), truthOf(!positive)];
  const type = typeof right;
  return ({ folded }) => {
    const value = folded[index];
    if (value === right) return same;
    if (typeof value === type) return other;
    return value instanceof Unknown ? UNKNOWN : test(value ?? null);
  };
}

function testMembership(
  index: number,
  list: readonly FactValue[],
  positive: boolean,
  test: Test,
): CompiledCondition {
  const [inside, outside] = [truthOf(positive), truthOf(!positive)];
  const texts = list.every(isPlainText) ? new Set<unknown>(list) : undefined;
  const has = membership(list);
  return ({ folded }) => {
    const value = folded[index];
    if (typeof value === "string")
      return (texts === undefined ? has(value) : texts.has(value)) ? inside : outside;
    return value instanceof Unknown ? UNKNOWN : test(value ?? null);
  };
}

function testContents(index: number, part: string, test: Test): CompiledCondition {
  const plain = isPlainText(part);
  return ({ folded }) => {
    const value = folded[index];
    if (typeof value === "string") return truthOf(value.includes(part));
    if (plain && Array.isArray(value)) return truthOf(value.includes(part));
    return value instanceof Unknown ? UNKNOWN : test(value ?? null);
  };
}

/** Specialises the most common patterns, `*part*` and `part*`. */
function testPattern(index: number, pattern: string, test: Test): CompiledCondition {
  const [first = "", middle = "", last = "", ...rest] = pattern.split("*");
  const stars = pattern.length - pattern.replaceAll("*", "").length;
  const matches =
    stars === 1 && middle === ""
      ? (text: string) => text.startsWith(first)
      : stars === 2 && first === "" && last === "" && rest.length === 0
        ? (text: string) => text.includes(middle)
        : undefined;
  if (matches === undefined) return testValue(index, test);
  return ({ folded }) => {
    const value = folded[index];
    if (typeof value === "string") return truthOf(matches(value));
    return value instanceof Unknown ? UNKNOWN : test(value ?? null);
  };
}

function testExistence(index: number, wanted: boolean): CompiledCondition {
  const [there, missing] = [truthOf(wanted), truthOf(!wanted)];
  return ({ folded }) => {
    const value = folded[index];
    if (value === undefined || value === null) return missing;
    return value instanceof Unknown ? UNKNOWN : there;
  };
}

function testOrder(index: number, operator: OperatorName, right: number, test: Test): CompiledCondition {
  // The results below, at and above the number.
  const below = truthOf(operator === "less" || operator === "lessOrEquals");
  const at = truthOf(operator === "lessOrEquals" || operator === "greaterOrEquals");
  const above = below === TRUE ? FALSE : TRUE;
  return ({ folded }) => {
    const value = folded[index];
    if (typeof value === "number") return value < right ? below : value > right ? above : at;
    return value instanceof Unknown ? UNKNOWN : test(value ?? null);
  };
}
