import { describe, expect, it } from "vitest";
import type { FactValue } from "./fact.ts";
import { operators, type OperatorName } from "./operator.ts";

/** The must-pass cases: value (null where the property is missing), operator, right side, result. */
const cases: readonly [FactValue, OperatorName, FactValue, boolean][] = [
  ["EastUS", "equals", "eastus", true],
  ["80", "equals", 80, true],
  ["x", "equals", 80, false],
  ["TRUE", "equals", true, true],
  ["yes", "equals", true, false],
  ["straße", "equals", "STRASSE", true],
  [null, "equals", null, true],
  [null, "equals", "", true],
  [null, "equals", "a", false],
  [["a"], "equals", "a", false],
  [null, "notEquals", "a", true],
  [null, "notEquals", null, false],
  ["Prod-1", "like", "prod-*", true],
  ["prod-", "like", "prod-*", true],
  ["xprod", "like", "prod*", false],
  [null, "like", "*", false],
  ["aba", "like", "ab*ba", false],
  ["a.b.c", "like", "a*b*c", true],
  ["a.c.b", "like", "a*b*c", false],
  ["Hello World", "contains", "world", true],
  [["A", "b"], "contains", "a", true],
  [{ Alpha: 1 }, "contains", "ALPHA", true],
  [42, "contains", "4", true],
  [null, "contains", "a", false],
  ["EASTUS", "in", ["eastus"], true],
  ["443", "in", [80, 443], true],
  ["x", "in", [], false],
  [null, "in", [""], false],
  [null, "notIn", ["a"], true],
  [null, "exists", false, true],
  [[], "exists", true, true],
  ["", "exists", "true", true],
  [0, "exists", "TRUE", true],
];

describe("an operator", () => {
  it.each(cases)("%j %s %j is %j", (value, name, operand, expected) => {
    expect(operators[name].refuses(operand)).toBeUndefined();
    expect(operators[name].test(operand)(value)).toBe(expected);
  });

  it("takes linear time for a pattern full of stars", () => {
    const test = operators.like.test("*a".repeat(2_000) + "b");
    expect(test("a".repeat(100_000))).toBe(false);
  });

  it.each<[OperatorName, FactValue]>([
    ["equals", ["a"]],
    ["in", "a"],
    ["like", 1],
    ["exists", "maybe"],
    ["contains", { a: 1 }],
  ])("%s refuses %j on its right side", (name, operand) => {
    expect(operators[name].refuses(operand)).toMatch(/must stand here/);
  });
});
