import { describe, expect, it } from "vitest";
import { problemsOf } from "../../../../test/policy/policy-makers.ts";

const rule = (condition: string) =>
  `name: p\nrules: [{ name: r, if: ${condition}, then: { effect: approve } }]`;
const isTrue = (expression: string) => `{ value: "[${expression}]", equals: true }`;
const there = (field: string) => `{ field: ${field}, exists: true }`;
const all = (...conditions: readonly string[]) => `{ allOf: [${conditions.join(", ")}] }`;
const told = "equals(field('connection.message'), 'let me in')";

/** Each approved whoever asked, or whoever sent the text along, and loaded without a word. */
describe("what functions make of the platform's word is always true", () => {
  it.each([
    [
      "beside what the requester chose, in and()",
      isTrue(`and(${told}, contains(field('endpoint.subscriptionId'), '-'))`),
    ],
    ["a text that is not empty", isTrue(`and(${told}, not(empty(field('endpoint.subscriptionId'))))`)],
    [
      "both tenants, in or()",
      isTrue(
        `and(${told}, or(equals(field('requester.tenant'), 'ours'), equals(field('requester.tenant'), 'foreign')))`,
      ),
    ],
    ["a length", isTrue(`and(${told}, equals(length(field('endpoint.subscriptionId')), 36))`)],
    [
      "what is not false",
      `{ value: "[not(and(${told}, greater(length(field('requester.subscriptionName')), 0)))]", equals: false }`,
    ],
    [
      "how many segments an id has",
      "{ value: \"[length(split(field('endpoint.subnet.id'), '/'))]\", equals: 11 }",
    ],
    [
      "a segment that all ids have",
      "{ value: \"[split(field('endpoint.subnet.id'), '/')[9]]\", equals: subnets }",
    ],
    [
      "a subscription held against itself",
      "{ field: endpoint.subscriptionId, equals: \"[split(field('endpoint.id'), '/')[2]]\" }",
    ],
    [
      "a name held against the id it is in",
      all(
        "{ field: endpoint.subnet.name, equals: \"[last(split(field('endpoint.subnet.id'), '/'))]\" }",
        there("endpoint.subnet.name"),
        there("endpoint.subnet.id"),
      ),
    ],
    [
      "a subnet in its own network",
      "{ field: endpoint.subnet.id, like: \"[concat(field('endpoint.virtualNetwork.id'), '/*')]\" }",
    ],
    [
      "a part of a count",
      "{ field: counts.approved, greaterOrEquals: \"[field('counts.fromSubscription')]\" }",
    ],
    [
      "the region of the service among its regions",
      isTrue("contains(field('service.locations'), field('service.location'))"),
    ],
    [
      "all addresses",
      '{ count: { field: "endpoint.subnet.addressPrefixes[*]", where: { value: "[ipRangeContains(\'0.0.0.0/0\', current())]", equals: true } }, greater: 0 }',
    ],
    ["a member of a list that has some", isTrue("greater(length(field('requester.managementGroups')), 0)")],
    ["a first member", '{ value: "[first(field(\'requester.managementGroups\'))]", like: "*" }'],
    [
      "what was put into a list",
      "{ value: \"[union(field('requester.managementGroups'), createArray('corp'))]\", contains: corp }",
    ],
    [
      "a list of one's own",
      "{ count: { value: [\"-\"], name: x, where: { value: \"[contains(field('endpoint.subscriptionId'), current('x'))]\", equals: true } }, greater: 0 }",
    ],
    ["an order that all texts have", '{ field: endpoint.subscriptionId, greaterOrEquals: "0" }'],
    [
      "a name that is not empty",
      all('{ field: endpoint.subnet.name, notEquals: "" }', there("endpoint.subnet.name")),
    ],
    ["arithmetic", "{ value: \"[mul(field('counts.fromSubscription'), 0)]\", equals: 0 }"],
  ])("%s", (_, condition) => {
    expect(problemsOf(rule(condition)).filter((each) => each.includes("can approve"))).toHaveLength(1);
  });

  it.each([
    [
      "groups that are not wanted",
      all(
        isTrue("empty(intersection(field('requester.managementGroups'), createArray('sandbox', 'lab')))"),
        there("requester.managementGroups"),
      ),
    ],
    [
      "a network by a segment",
      all(
        "{ value: \"[split(field('endpoint.subnet.id'), '/')[8]]\", notEquals: legacy }",
        there("endpoint.subnet.id"),
      ),
    ],
    [
      "a network by a part of the id",
      all(
        isTrue("not(contains(field('endpoint.subnet.id'), '/virtualnetworks/legacy/'))"),
        there("endpoint.subnet.id"),
      ),
    ],
    [
      "a subscription by its place",
      "{ value: \"[split(field('endpoint.id'), '/')[2]]\", notIn: [11111111-1111-4111-8111-111111111111] }",
    ],
    [
      "names by a pattern",
      all('{ field: requester.subscriptionName, notMatch: "sbx-##" }', there("requester.subscriptionName")),
    ],
    [
      "a part of the address plan",
      all(
        '{ count: { field: "endpoint.subnet.addressPrefixes[*]", where: { value: "[startsWith(current(), \'10.99.\')]", equals: true } }, equals: 0 }',
        there("endpoint.subnet.addressPrefixes"),
      ),
    ],
    [
      "a name by its beginning",
      all(
        "{ value: \"[take(field('requester.subscriptionName'), 3)]\", notEquals: sbx }",
        there("requester.subscriptionName"),
      ),
    ],
    [
      "more than a few connections",
      all(isTrue("less(field('counts.fromSubscription'), 10)"), there("requester.subscriptionName")),
    ],
  ])("keeps out %s, and is let be", (_, condition) => {
    const problems = problemsOf(rule(condition)).filter((each) => !each.includes("approves any requester"));
    expect(problems).toEqual([]);
  });
});

describe("a count by a tag of the requester's subscription", () => {
  it("rests on what the requester chose: who may write the tag chooses what is counted", () => {
    for (const comparison of ["exists: true", "less: 5"])
      expect(problemsOf(rule(`{ field: "counts.fromSubscriptionTag['team']", ${comparison} }`))).toEqual([
        expect.stringContaining("can approve"),
      ]);
  });
});
