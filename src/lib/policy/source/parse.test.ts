import { describe, expect, it } from "vitest";
import { problemsOf } from "../../../../test/policy/policy-makers.ts";

const holding = (value: string) =>
  `name: p\nrules: [{ name: r, if: { field: "endpoint.tags['cost center']", equals: ${value} }, then: { effect: hold } }]`;

describe("a number that reads as another than it looks", () => {
  it.each([
    ["zeros before it", "0042", "as the number 42"],
    ["an exponent", "12e4", "as the number 120000"],
    ["another base", "0x1f", "as the number 31"],
    ["more digits than a number holds", "12345678901234567891", "has more digits than a number can hold"],
    ["no number at all", ".nan", "as the number NaN"],
  ])("with %s is refused, and to be quoted", (_, value, message) => {
    expect(problemsOf(holding(value))).toEqual([
      expect.stringMatching(new RegExp(`^policy.yaml:2:\\d+: .*${message}`)),
    ]);
    expect(problemsOf(holding(`"${value}"`))).toEqual([]);
  });

  it("is not one that is written out", () => {
    for (const value of ["0", "80", "-1", "0.50", "9007199254740991"])
      expect(problemsOf(holding(value))).toEqual([]);
  });

  it("is refused among parameters too", () => {
    const text = "name: p\nparameters: { code: { type: Integer, defaultValue: 007 } }\nrules: []";
    expect(problemsOf(text)).toEqual([expect.stringContaining("007 as the number 7")]);
  });
});
