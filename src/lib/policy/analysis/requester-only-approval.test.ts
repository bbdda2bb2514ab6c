import { describe, expect, it } from "vitest";
import {
  problemsOf,
  ruleOf,
  allOf,
  errorsOf,
  subscription,
  named,
} from "../../../../test/policy/policy-makers.ts";

describe("what is always true makes no rule rest on the platform's word", () => {
  it.each([
    ["like *", '{ field: endpoint.subscriptionId, like: "*" }'],
    ["like * of what is read", '{ field: endpoint.subnet.name, like: "*" }'],
    ["a pattern that every id has", '{ field: endpoint.subnet.id, contains: "/subnets/" }'],
    [
      "a form that every id has",
      "{ field: endpoint.subscriptionId, match: ........-....-....-....-............ }",
    ],
    ["exists", "{ field: requester.subscriptionName, exists: true }"],
    ["not exists: false", "{ not: { field: service.id, exists: false } }"],
    ["in all values", "{ field: requester.tenant, in: [Ours, Foreign] }"],
    [
      "all values, by anyOf",
      "{ anyOf: [{ field: service.publicNetworkAccess, equals: Enabled }, { field: service.publicNetworkAccess, equals: Disabled }] }",
    ],
    [
      "one and its contrary",
      "{ anyOf: [{ field: service.name, equals: a }, { field: service.name, notEquals: a }] }",
    ],
    ["zero or more", "{ field: counts.fromSubscription, greaterOrEquals: 0 }"],
    ["more than minus one", "{ field: counts.pending, greater: -1 }"],
    ["at most the limit", "{ field: counts.approved, lessOrEquals: 100 }"],
    ["a count of anything", '{ count: { field: "requester.managementGroups[*]" }, greaterOrEquals: 0 }'],
    ["every member like *", '{ field: "requester.managementGroups[*]", like: "*" }'],
    ["a length", "{ value: \"[length(field('requester.subscriptionName'))]\", greaterOrEquals: 0 }"],
    [
      "a function of all values",
      "{ value: \"[or(equals(field('requester.tenant'), 'ours'), equals(field('requester.tenant'), 'foreign'))]\", equals: true }",
    ],
    [
      "a choice of the same",
      "{ value: \"[if(equals(field('requester.tenant'), 'ours'), 'a', 'a')]\", equals: a }",
    ],
    ["itself", "{ field: service.name, equals: \"[field('service.name')]\" }"],
    ["not in an empty list", "{ field: endpoint.subscriptionId, notIn: [] }"],
    [
      "an always-true alternative",
      `{ anyOf: [{ field: endpoint.subscriptionId, equals: ${subscription} }, { field: service.name, exists: true }] }`,
    ],
  ])("%s", (_, condition) => {
    for (const each of [condition, allOf(condition, named)])
      expect(errorsOf(ruleOf(each)).filter((message) => message.includes("can approve"))).toHaveLength(1);
    expect(problemsOf(ruleOf(condition), false).some((message) => message.includes(": warning: "))).toBe(
      true,
    );
  });

  it("names what does not distinguish requesters, and what to add", () => {
    expect(problemsOf(ruleOf(allOf(named, '{ field: endpoint.subscriptionId, like: "*" }')))[0]).toMatch(
      /^policy.yaml:2:9: rule "r" can approve .*, because endpoint.subscriptionId like "\*" \(2:\d+\) does not distinguish requesters.* such as endpoint.subscriptionId/,
    );
  });

  it("does not keep what narrows from standing beside it", () => {
    const condition = allOf(
      named,
      '{ field: requester.tenant, like: "*" }',
      `{ field: endpoint.subscriptionId, equals: ${subscription} }`,
    );
    expect(problemsOf(ruleOf(condition))).toEqual([]);
  });
});

describe("what every connection has alike not distinguish requesters", () => {
  it.each([
    ["the group", "{ field: connection.groupId, equals: Gateway }"],
    [
      "the group and any message",
      allOf("{ field: connection.groupId, equals: Gateway }", '{ field: connection.message, like: "*" }'),
    ],
    [
      "a group in a function",
      "{ value: \"[equals(field('connection.groupId'), 'Gateway')]\", equals: true }",
    ],
    ["the state", "{ field: connection.state, equals: Pending }"],
    ["another state", "{ field: connection.state, notEquals: Approved }"],
    ["how far Azure is", "{ field: connection.provisioningState, in: [Creating, Succeeded] }"],
    [
      "a name, in either tenant",
      "{ anyOf: [{ allOf: [{ field: requester.tenant, equals: ours }, { field: endpoint.name, equals: pe-a }] }, { allOf: [{ field: requester.tenant, equals: foreign }, { field: endpoint.name, equals: pe-a }] }] }",
    ],
  ])("%s", (_, condition) => {
    for (const each of [condition, allOf(condition, named)])
      expect(errorsOf(ruleOf(each)).filter((message) => message.includes("can approve"))).toHaveLength(1);
  });

  it("lets a rule be that says something else of each tenant", () => {
    const condition = `{ anyOf: [{ allOf: [{ field: requester.tenant, equals: ours }, { field: requester.managementGroups, contains: corp }] }, { allOf: [{ field: requester.tenant, equals: foreign }, { field: endpoint.subscriptionId, equals: ${subscription} }] }] }`;
    expect(problemsOf(ruleOf(condition))).toEqual([]);
  });
});
