import { describe, expect, it } from "vitest";
import type { FactValue } from "../values/fact.ts";
import { operatorNames, operators, testOf, type OperatorName } from "./operators.ts";
import { FALSE, TRUE, UNKNOWN, type Truth } from "../values/truth.ts";

type Case = readonly [value: FactValue, operator: OperatorName, right: FactValue, truth: Truth];

/** The must-pass cases of the language: null where the property is missing. */
const cases: readonly Case[] = [
  ["EastUS", "equals", "eastus", TRUE],
  ["80", "equals", 80, TRUE],
  [80, "equals", "80", TRUE],
  ["x", "equals", 80, FALSE],
  ["TRUE", "equals", true, TRUE],
  [true, "equals", "true", TRUE],
  ["yes", "equals", true, FALSE],
  ["straße", "equals", "STRASSE", TRUE],
  [null, "equals", null, TRUE],
  [null, "equals", "", TRUE],
  ["", "equals", null, TRUE],
  [null, "equals", "a", FALSE],
  [["a"], "equals", "a", FALSE],
  [null, "notEquals", "a", TRUE],
  [null, "notEquals", null, FALSE],
  ["Prod-1", "like", "prod-*", TRUE],
  ["prod-", "like", "prod-*", TRUE],
  ["xprod", "like", "prod*", FALSE],
  [null, "like", "*", FALSE],
  [null, "notLike", "a*", TRUE],
  ["aba", "like", "ab*ba", FALSE],
  ["a.b.c", "like", "a*b*c", TRUE],
  ["a.c.b", "like", "a*b*c", FALSE],
  ["vm-01", "match", "vm-##", TRUE],
  ["VM-01", "match", "vm-##", FALSE],
  ["A1", "match", "?#", TRUE],
  ["5", "match", "?", FALSE],
  ["a", "match", "#", FALSE],
  ["ab", "match", "a", FALSE],
  ["aZ", "match", "a.", TRUE],
  [null, "match", "#", FALSE],
  [null, "notMatch", "#", TRUE],
  ["vm-01", "matchInsensitively", "VM-##", TRUE],
  ["straße", "matchInsensitively", "??????", TRUE],
  ["vm-01", "notMatchInsensitively", "VM-##", FALSE],
  ["Hello World", "contains", "world", TRUE],
  [["A", "b"], "contains", "a", TRUE],
  [{ Alpha: 1 }, "contains", "ALPHA", TRUE],
  [42, "contains", "4", TRUE],
  [["80"], "contains", 80, TRUE],
  [null, "contains", "a", FALSE],
  ["abc", "contains", "x", FALSE],
  ["abc", "contains", null, TRUE],
  [false, "contains", "als", TRUE],
  [["abc"], "contains", "b", FALSE],
  [null, "notContains", "a", TRUE],
  ["EASTUS", "in", ["eastus"], TRUE],
  ["443", "in", [80, 443], TRUE],
  [443, "in", ["80", "443.0"], TRUE],
  ["TRUE", "in", [true], TRUE],
  [true, "in", ["True"], TRUE],
  ["x", "in", [], FALSE],
  [null, "in", [""], FALSE],
  ["", "in", [null], TRUE],
  [null, "notIn", ["a"], TRUE],
  [{ Owner: "me" }, "containsKey", "owner", TRUE],
  [{ Owner: "me" }, "notContainsKey", "owner", FALSE],
  ["owner", "containsKey", "owner", FALSE],
  [null, "containsKey", "a", FALSE],
  [null, "notContainsKey", "a", TRUE],
  [5, "greater", 5, FALSE],
  [5, "greaterOrEquals", 5, TRUE],
  [5, "lessOrEquals", 5, TRUE],
  [5, "less", 5, FALSE],
  ["8080", "greater", 1024, TRUE],
  ["apple", "less", "BANANA", TRUE],
  ["2026-01-01T01:00:00+02:00", "less", "2026-01-01T00:00:00Z", TRUE],
  ["2026-01-02", "greater", "2026-01-01T23:59:59Z", TRUE],
  ["a", "less", 5, UNKNOWN],
  [true, "greaterOrEquals", 5, UNKNOWN],
  [null, "lessOrEquals", 5, FALSE],
  [null, "exists", false, TRUE],
  [[], "exists", true, TRUE],
  [{}, "exists", true, TRUE],
  ["", "exists", "true", TRUE],
  [0, "exists", "TRUE", TRUE],
  [false, "exists", true, TRUE],
];

const nameOf = (truth: Truth) => ["F", "U", "T"][truth];

describe("an operator", () => {
  it.each(cases.map((each) => [...each, nameOf(each[3])] as const))(
    "%j %s %j is %4$s",
    (value, name, right, truth) => {
      expect(operators[name].refuses(right)).toBeUndefined();
      expect(testOf(name, right)(value)).toBe(truth);
    },
  );

  it("is negated by its name, and alone match tells upper from lower case", () => {
    const named = (property: "negated" | "caseSensitive") =>
      operatorNames.filter((name) => operators[name][property]);
    expect(named("negated")).toEqual(operatorNames.filter((name) => name.startsWith("not")));
    expect(named("caseSensitive")).toEqual([
      "match",
      "notMatch",
      "matchInsensitively",
      "notMatchInsensitively",
    ]);
  });

  it('"a" < true is unknown, where an expression brings the true', () => {
    expect(testOf("less", true)("a")).toBe(UNKNOWN);
  });

  it("takes linear time for a pattern full of stars", () => {
    const test = testOf("like", "*a".repeat(2_000) + "b");
    expect(test("a".repeat(100_000))).toBe(FALSE);
    // A regular expression of the same meaning takes seconds for this one.
    const { user } = process.cpuUsage();
    expect(testOf("like", "*a*a*a*c*b")(`${"a".repeat(300)}b`)).toBe(FALSE);
    expect(process.cpuUsage().user - user).toBeLessThan(500_000);
  });

  it.each<[OperatorName, FactValue]>([
    ["equals", ["a"]],
    ["in", "a"],
    ["like", 1],
    ["exists", "maybe"],
    ["exists", null],
    ["exists", ["true"]],
    ["contains", { a: 1 }],
    ["match", null],
    ["containsKey", 1],
    ["less", true],
    ["greater", null],
  ])("%s refuses %j on its right side", (name, right) => {
    expect(operators[name].refuses(right)).toMatch(/expected/);
  });
});
