import { describe, expect, it } from "vitest";
import { problemsOf } from "../../../../test/policy/policy-makers.ts";

const holding = (condition: string) =>
  `name: p\nrules: [{ name: r, if: ${condition}, then: { effect: hold } }]`;
const name = (comparison: string) => holding(`{ field: requester.subscriptionName, ${comparison} }`);

describe("text that is read otherwise than it looks", () => {
  it.each([
    ["equals", "prod-*"],
    ["notEquals", "prod-*"],
    ["match", "prod-*"],
    ["matchInsensitively", "prod-*"],
    ["contains", "prod*"],
  ])("%s treats * as an ordinary character, and like is what is meant", (operator, text) => {
    expect(problemsOf(name(`${operator}: "${text}"`))).toEqual([
      expect.stringContaining(
        `warning: ${operator} treats * as an ordinary character; to match a pattern, use like`,
      ),
    ]);
  });

  it("so do in and notIn, of each of their members, and are told once", () => {
    for (const operator of ["in", "notIn"])
      expect(problemsOf(name(`${operator}: [a, "prod-*", "*-dev"]`))).toEqual([
        expect.stringContaining(`warning: ${operator} treats * as an ordinary character`),
      ]);
  });

  it("match is case-sensitive and ids are in lower case", () => {
    expect(problemsOf(holding('{ field: endpoint.subnet.name, match: "Snet-##" }'))).toEqual([
      expect.stringContaining("use matchInsensitively"),
    ]);
    expect(problemsOf(holding('{ field: endpoint.subnet.name, matchInsensitively: "Snet-##" }'))).toEqual([]);
    expect(problemsOf(name('match: "Prod-##"'))).toEqual([]);
  });

  it.each([
    "field('endpoint.name')",
    " [field('endpoint.name')]",
    "[field('endpoint.name')",
    "[parameters('x')] ",
  ])("an expression has its brackets around all of it: %s", (text) => {
    expect(problemsOf(name(`equals: "${text}"`))).toEqual([
      expect.stringContaining("is read as plain text; to make it an expression"),
    ]);
  });

  it("is found as soon in a text of many blanks as in a short one", () => {
    const text = `field('a')${" ".repeat(400_000)}x`;
    expect(problemsOf(name(`equals: "${text}"`))).toEqual([]);
  });

  it("text that says what it means is let be", () => {
    for (const comparison of [
      "equals: \"[[field('a')]\"",
      'equals: "Contoso (dev)"',
      'like: "prod-*"',
      'equals: "field trip"',
    ])
      expect(problemsOf(name(comparison))).toEqual([]);
  });
});
