import type { Asked } from "./decision-diagram.ts";
import { ask, negate, type DiagramPart } from "./decision-diagram-part.ts";
import type { FactValue } from "../values/fact.ts";
import { foldValue } from "../values/fold-text.ts";
import { operators, type OperatorName, type Test } from "../language/operators.ts";
import { comparable, isPlainText, listOf } from "../values/scalar.ts";
import { not } from "../values/truth.ts";

const other: Asked = { asks: "other", operand: undefined };

/** Compiles the comparison of a prepared value with a constant, the form of nearly all conditions. */
export function compileConstantComparison(
  index: number,
  operator: OperatorName,
  operand: FactValue,
): DiagramPart {
  const test = testOnDemand(operator, operand);
  const right = foldValue(operand);
  switch (operator) {
    case "equals":
      return ask(equality(right), index, test);
    case "in":
      return ask(membershipIn(listOf(right)), index, test);
    case "like":
      return ask(likeness(right), index, test);
    case "contains":
      return ask(isPlainText(right) ? { asks: "contains", operand: right } : other, index, test);
    case "exists": {
      const there = ask({ asks: "exists", operand: undefined }, index, test);
      return right === true || right === "true" ? there : negate(there);
    }
    case "less":
      return ask(order("isLess", right), index, test);
    case "greater":
      return ask(order("isGreater", right), index, test);
    case "lessOrEquals":
      return negate(ask(order("isGreater", right), index, (value) => not(test(value))));
    case "greaterOrEquals":
      return negate(ask(order("isLess", right), index, (value) => not(test(value))));
    case "notEquals":
      return negate(compileConstantComparison(index, "equals", operand));
    case "notIn":
      return negate(compileConstantComparison(index, "in", operand));
    case "notLike":
      return negate(compileConstantComparison(index, "like", operand));
    case "notContains":
      return negate(compileConstantComparison(index, "contains", operand));
    case "match":
    case "notMatch":
    case "matchInsensitively":
    case "notMatchInsensitively":
    case "containsKey":
    case "notContainsKey":
      return ask(other, index, test);
  }
}

/** Prepares the operator's test at the first value of an unusual type, which most comparisons never meet. */
function testOnDemand(operator: OperatorName, operand: FactValue): Test {
  let test: Test | undefined;
  return (value) => (test ??= operators[operator].test(operand))(value);
}

function equality(right: FactValue): Asked {
  const scalar = comparable(right);
  if (scalar === undefined) return other;
  if (typeof scalar === "string") return { asks: "equalsText", operand: scalar };
  return typeof scalar === "number"
    ? { asks: "equalsNumber", operand: scalar }
    : { asks: "equalsBoolean", operand: scalar };
}

function order(asks: "isLess" | "isGreater", right: FactValue): Asked {
  return typeof right === "number" ? { asks, operand: right } : other;
}

function membershipIn(list: readonly FactValue[]): Asked {
  return list.every(isPlainText) ? { asks: "isOneOf", operand: new Set<unknown>(list) } : other;
}

/** The most common patterns, `*part*` and `part*`. */
function likeness(pattern: FactValue): Asked {
  if (typeof pattern !== "string") return other;
  const parts = pattern.split("*");
  const [first = "", second = "", third = ""] = parts;
  if (parts.length === 2 && second === "") return { asks: "startsWith", operand: first };
  if (parts.length === 3 && first === "" && third === "") return { asks: "includes", operand: second };
  return other;
}
