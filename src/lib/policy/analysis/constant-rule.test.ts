import { describe, expect, it } from "vitest";
import { problemsOf, ruleOf, allOf } from "../../../../test/policy/policy-makers.ts";

describe("what is never true", () => {
  it("is told with both places", () => {
    const condition = allOf(
      "{ field: requester.tenant, equals: ours }",
      "{ field: requester.tenant, equals: foreign }",
    );
    expect(problemsOf(ruleOf(condition, "reject"))).toEqual([
      expect.stringContaining(
        'is never true: requester.tenant equals "ours" (2:34) and requester.tenant equals "foreign" (2:77) contradict each other',
      ),
    ]);
  });
  it.each([
    [
      "by De Morgan",
      "{ not: { anyOf: [{ field: service.name, equals: a }, { field: service.name, notEquals: A }] } }",
    ],
    [
      "by an order",
      allOf("{ field: time.now, less: '2026-01-01' }", "{ field: time.now, greater: '2026-06-01' }"),
    ],
    [
      "by a pattern",
      allOf("{ field: service.name, equals: apim-dev }", '{ field: service.name, like: "*-prod" }'),
    ],
    [
      "by alternatives",
      allOf(
        "{ anyOf: [{ field: service.name, equals: a }, { field: service.name, equals: b }] }",
        "{ field: service.name, equals: c }",
      ),
    ],
    ["by a count", '{ count: { field: "endpoint.privateAddresses[*]" }, less: 0 }'],
    ["by a function", "{ value: \"[indexOf(field('service.name'), 'a')]\", less: -1 }"],
  ])("%s", (_, condition) => {
    expect(problemsOf(ruleOf(condition, "hold"))).toEqual([expect.stringContaining("is never true")]);
  });
  it("is not said of a list that is yet to be filled", () => {
    expect(problemsOf(ruleOf("{ field: endpoint.subscriptionId, in: [] }", "reject"))).toEqual([]);
  });
});
