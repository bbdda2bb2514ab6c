import { describe, expect, it } from "vitest";
import { policyOf, problemsOf, ruleOf } from "../../../../test/policy/policy-makers.ts";

/** The warning that a rule by a region or by the service alone also gets. */
const isNotOpenToAnyone = (problem: string) => !problem.includes("approves any requester");

describe("lint", () => {
  it.each([
    ["the message alone", "{ field: connection.message, contains: please }"],
    [
      "a tag, or the message",
      "{ anyOf: [{ field: endpoint.tags.owner, equals: me }, { field: connection.message, exists: true }] }",
    ],
    [
      "a subscription or a tag",
      "{ anyOf: [{ field: endpoint.subscriptionId, equals: 11111111-1111-4111-8111-111111111111 }, { field: endpoint.tags.owner, equals: me }] }",
    ],
    [
      "either, by De Morgan",
      "{ not: { allOf: [{ field: endpoint.subscriptionId, notEquals: 11111111-1111-4111-8111-111111111111 }, { field: endpoint.name, notEquals: y }] } }",
    ],
    [
      "a name that is held against a platform fact",
      "{ field: endpoint.name, equals: \"[field('service.name')]\" }",
    ],
    ["nothing at all", "{ value: 1, equals: 1 }"],
    [
      "the count of a requester's own",
      "{ count: { value: \"[split(field('connection.message'), ' ')]\" }, greater: 2 }",
    ],
  ])("refuses to approve on %s", (_, condition) => {
    expect(problemsOf(ruleOf(condition))).toEqual([expect.stringContaining("can approve ")]);
    expect(problemsOf(ruleOf(condition), false)).toEqual([
      expect.stringMatching(/^policy.yaml:2:9: warning: /),
    ]);
    expect(problemsOf(ruleOf(condition, "hold"))).toEqual([]);
  });

  it("lets what the requester chose narrow an approval", () => {
    const condition =
      "{ allOf: [{ field: endpoint.subscriptionId, equals: 11111111-1111-4111-8111-111111111111 }, { field: connection.message, contains: y }] }";
    expect(problemsOf(ruleOf(condition))).toEqual([]);
  });

  it.each([
    ["notEquals", "{ field: endpoint.location, notEquals: eastus }"],
    ["notIn", "{ field: endpoint.location, notIn: [eastus] }"],
    ["not equals", "{ not: { field: endpoint.location, equals: eastus } }"],
    [
      "exists in another branch",
      "{ allOf: [{ field: requester.tenant, equals: ours }, { anyOf: [{ field: endpoint.location, notEquals: eastus }, { field: endpoint.location, exists: true }] }] }",
    ],
    [
      "exists: false beside it",
      "{ allOf: [{ field: endpoint.location, notEquals: eastus }, { field: endpoint.location, exists: false }] }",
    ],
  ])("refuses %s in an approve rule", (_, condition) => {
    expect(problemsOf(ruleOf(condition)).filter(isNotOpenToAnyone)).toEqual([
      expect.stringContaining("this condition is true if"),
    ]);
    expect(problemsOf(ruleOf(condition, "reject"))).toEqual([]);
  });

  it.each([
    [
      "exists: true beside it",
      "{ allOf: [{ field: endpoint.location, notEquals: eastus }, { field: endpoint.location, exists: true }] }",
    ],
    [
      "not exists: false",
      "{ allOf: [{ not: { field: endpoint.location, exists: false } }, { anyOf: [{ field: endpoint.location, notEquals: eastus }] }] }",
    ],
    [
      "[*], which a list that exists may satisfy",
      '{ allOf: [{ field: service.locations, exists: true }, { not: { field: "service.locations[*]", equals: eastus } }] }',
    ],
    [
      "not over [*], which a list without members does not satisfy either",
      '{ not: { field: "service.locations[*]", notEquals: eastus } }',
    ],
    ["two negations", "{ not: { field: endpoint.location, notEquals: eastus } }"],
    ["[*], which a missing list does not satisfy", '{ field: "service.locations[*]", notEquals: eastus }'],
  ])("takes a negated operator with %s", (_, condition) => {
    expect(problemsOf(ruleOf(condition)).filter(isNotOpenToAnyone)).toEqual([]);
  });

  const guarded = (condition: string) =>
    ruleOf(
      `{ allOf: [{ field: endpoint.subscriptionId, equals: 11111111-1111-4111-8111-111111111111 }, ${condition}] }`,
    );
  it.each([
    ["more than one * in like", guarded('{ field: service.name, like: "a*b*" }'), "has more than one *"],
    [
      "* in contains",
      guarded('{ field: service.name, contains: "a*" }'),
      "contains treats * as an ordinary character",
    ],
    [
      "a limit that is never reached",
      `${ruleOf("{ field: requester.tenant, equals: ours }")}\nlimits: [{ name: l, max: 101 }]`,
      "never reached",
    ],
    [
      "an exemption that nobody owns",
      `${ruleOf("{ field: requester.tenant, equals: ours }")}\nexemptions: [{ name: e, rule: r, endpoint: /subscriptions/s/resourceGroups/g/providers/Microsoft.Network/privateEndpoints/pe, ticket: t }]`,
      'exemption "e" has no owner, no expiresOn',
    ],
    [
      "a rule that another always overrides",
      `name: p
rules:
  - { name: never, if: { field: endpoint.subscriptionId, equals: 11111111-1111-4111-8111-111111111111 }, then: { effect: reject } }
  - name: r
    if: { allOf: [{ field: service.name, equals: y }, { field: endpoint.subscriptionId, equals: 11111111-1111-4111-8111-111111111111 }] }
    then: { effect: approve }`,
      'rule "r" (approve) never decides, because rule "never" (reject)',
    ],
  ])("warns of %s, and loads", (_, text, message) => {
    expect(problemsOf(text)).toEqual([expect.stringMatching(/: warning: /)]);
    expect(problemsOf(text)[0]).toContain(message);
    expect(policyOf(text)).toBeDefined();
  });
});
