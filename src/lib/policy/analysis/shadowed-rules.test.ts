import { describe, expect, it } from "vitest";
import { problemsOf, allOf, named } from "../../../../test/policy/policy-makers.ts";
import { connectionCatalogue } from "../language/fields.ts";
import { load } from "../load.ts";
import { formatProblem } from "../source/problem.ts";

describe("a rule that a stronger one always covers", () => {
  const two = (first: string, second: string, more = "") =>
    `name: p\nrules:\n  - { name: never, if: ${first}, then: { effect: reject }${more} }\n  - { name: r, if: ${second}, then: { effect: hold } }`;
  const sandbox = "{ field: requester.managementGroups, contains: sandbox }";
  it.each([
    ["in what it asks", sandbox, allOf(sandbox, named)],
    [
      "by a longer list",
      "{ field: service.sku, in: [Premium, Developer] }",
      "{ field: service.sku, equals: premium }",
    ],
    [
      "by a wider pattern",
      '{ field: service.name, like: "apim-*" }',
      '{ field: service.name, like: "apim-dev-*" }',
    ],
    [
      "by a lower limit",
      "{ field: counts.approved, greaterOrEquals: 10 }",
      "{ field: counts.approved, greater: 50 }",
    ],
    ["by one of its alternatives", `{ anyOf: [${named}, ${sandbox}] }`, allOf(sandbox, named)],
    [
      "in each of its own alternatives",
      '{ field: service.name, like: "a*" }',
      "{ anyOf: [{ field: service.name, equals: ab }, { field: service.name, equals: ac }] }",
    ],
    ["by a negation", "{ field: service.name, notEquals: a }", "{ field: service.name, equals: b }"],
  ])("%s is told, with both named", (_, first, second) => {
    expect(problemsOf(two(first, second))).toEqual([
      expect.stringContaining(
        'rule "r" (hold) never decides, because rule "never" (reject) at policy.yaml:3:5',
      ),
    ]);
  });
  it.each([
    ["that is narrower", allOf(sandbox, named), sandbox, ""],
    ["that ends", sandbox, sandbox, ", expiresOn: 2027-01-01"],
    ["whose facts may be unknown", "{ field: endpoint.subnet.name, notEquals: a }", sandbox, ""],
    ["whose list is empty", "{ field: service.name, notIn: [] }", "{ field: service.name, equals: a }", ""],
  ])("is not said of one %s", (_, first, second, more) => {
    expect(problemsOf(two(first, second, more)).filter((each) => each.includes("never decides"))).toEqual([]);
  });

  it("does not take two files' parameters for one", () => {
    const file = (name: string, effect: string, zone: string) => ({
      file: `${name}.yaml`,
      text: `name: ${name}\nparameters: { zone: { type: String, defaultValue: ${zone} } }\nrules: [{ name: ${name}, if: { value: "[concat(field('service.name'), parameters('zone'))]", equals: ab }, then: { effect: ${effect} } }]`,
    });
    const loaded = load([file("one", "reject", "a"), file("two", "hold", "b")], connectionCatalogue);
    expect(loaded.kind === "valid" && loaded.warnings.map(formatProblem)).toEqual([]);
  });
});
