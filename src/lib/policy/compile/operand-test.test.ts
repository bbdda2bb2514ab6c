import { describe, expect, it } from "vitest";
import { envWithoutFacts, Failed, Unknown } from "../language/env.ts";
import type { Operand } from "../language/policy.ts";
import type { FactValue } from "../values/fact.ts";
import { FALSE, TRUE } from "../values/truth.ts";
import { testFor } from "./operand-test.ts";

const computed = (value: FactValue | Unknown): Operand => ({
  kind: "computed",
  text: "[value]",
  formula: { compute: () => value, references: [], constant: false, trust: { kind: "constant" } },
});

describe("the test of an operator", () => {
  it.each<[what: string, operand: Operand]>([
    ["a constant", { kind: "constant", value: "East" }],
    ["a computed value", computed("East")],
  ])("compares values that are not folded with %s", (_, operand) => {
    const test = testFor("equals", operand)(envWithoutFacts);
    expect(test).toBeInstanceOf(Function);
    if (test instanceof Unknown) return;
    expect([test("EAST"), test("west")]).toEqual([TRUE, FALSE]);
  });

  it("is unknown, for the same reason, where the operand is", () => {
    const unreadable = new Unknown("forbidden");
    expect(testFor("equals", computed(unreadable))(envWithoutFacts)).toBe(unreadable);
  });

  it("fails where a computed operand has the wrong type", () => {
    expect(testFor("in", computed("a"))(envWithoutFacts)).toEqual(new Failed("in", ["a"], "expected a list"));
  });
});
