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

describe("an error of YAML's syntax", () => {
  it.each([
    ["a tab", "name: p\n\trules: []", "2:1: lines are indented with spaces"],
    ["an open quote", 'name: "p\nrules: []\n', "3:1: the closing quote of this text is missing"],
    ["an open list", "name: p\nrules: [\n", "3:1: the { or [ that begins before this is not closed"],
    ["a colon in text", "name: p: q\nrules: []", "1:7: text that holds a colon and a space needs quotes"],
    ["a missing comma", "name: p\nrules: [{ name: r then: 1 }]", "needs quotes|comma"],
    [
      "a wrong indentation",
      "name: p\nrules:\n  - name: r\n   if: {}\n",
      "4:1: this is indented like an item",
    ],
    ["a percent sign", "name: %p\nrules: []", "1:7: text that begins with this character needs quotes"],
    ["an escape", 'name: "\\d"\nrules: []', "1:8: a backslash in double quotes begins an escape"],
    ["a second document", "name: p\nrules: []\n---\nname: q", "3:1: a second document begins"],
  ])("such as %s is one sentence that says what to do", (_, text, message) => {
    const problems = problemsOf(text);
    expect(problems).toEqual([expect.stringMatching(new RegExp(message.replaceAll(/[[{]/g, "\\$&")))]);
  });
});
