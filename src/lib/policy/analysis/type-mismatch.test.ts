import { describe, expect, it } from "vitest";
import { problemsOf, ruleOf, errorsOf, subscription } from "../../../../test/policy/policy-makers.ts";

describe("a list is compared with one value by no operator but contains", () => {
  it.each([
    "equals",
    "notEquals",
    "like",
    "notLike",
    "match",
    "notMatch",
    "matchInsensitively",
    "less",
    "greaterOrEquals",
    "containsKey",
  ])("%s", (operator) => {
    const text = ruleOf(`{ field: service.locations, ${operator}: westeurope }`, "reject");
    expect(errorsOf(text)).toEqual([
      expect.stringContaining(`${operator} cannot be used with service.locations, which is a list`),
    ]);
    expect(problemsOf(text, false)).toEqual([expect.stringContaining(": warning: ")]);
  });
  it.each(["in", "notIn"])("%s", (operator) => {
    expect(
      errorsOf(ruleOf(`{ field: endpoint.privateAddresses, ${operator}: [10.0.0.4] }`, "hold")),
    ).toHaveLength(1);
  });
});

describe("values that a field never has", () => {
  it.each([
    [
      "a tenant's id",
      `{ field: requester.tenant, equals: ${subscription} }`,
      'its values are "ours", "foreign"',
    ],
    ["one of several", "{ field: requester.tenant, notIn: [ours, other] }", '"other"'],
    ["a pattern", '{ field: requester.tenant, like: "*.com" }', "never like"],
    ["in an expression", "{ value: \"[field('requester.tenant')]\", equals: guest }", '"guest"'],
  ])("%s is refused", (_, condition, message) => {
    expect(errorsOf(ruleOf(condition, "reject"))).toEqual([expect.stringContaining(message)]);
  });

  it.each([
    ["a region", "{ field: endpoint.location, equals: West Eurpoe }", 'did you mean "westeurope"?'],
    [
      "a region of the service",
      "{ field: service.location, in: [Noth Europe] }",
      'did you mean "northeurope"?',
    ],
    ["a region among several", "{ field: service.locations, contains: uksout }", 'did you mean "uksouth"?'],
    ["each region", '{ field: "service.locations[*]", notEquals: uksout }', 'did you mean "uksouth"?'],
    ["a tier", "{ field: service.sku, equals: StandardV3 }", 'did you mean "Standard'],
    ["a network type", "{ field: service.virtualNetworkType, equals: Extern }", 'did you mean "External"?'],
    ["a state", "{ field: connection.provisioningState, equals: Suceeded }", 'did you mean "Succeeded"?'],
  ])("%s that is not known is warned of, since Azure has new ones", (_, condition, message) => {
    expect(problemsOf(ruleOf(condition, "hold"))).toEqual([expect.stringMatching(/: warning: /)]);
    expect(problemsOf(ruleOf(condition, "hold"))[0]).toContain(message);
  });
});

describe("a right side of the wrong kind", () => {
  it.each([
    ["text for a number", '{ field: counts.approved, greater: "fifty" }'],
    ["text among numbers", "{ field: counts.approved, notIn: [5, five] }"],
    ["a truth value for a number", "{ field: counts.headroom, equals: true }"],
    ["text for a truth value", '{ field: endpoint.manual, equals: "yes" }'],
    ["an order of truth values", "{ field: endpoint.manual, greater: false }"],
    ["text for the time", "{ field: time.now, less: soon }"],
    ["a name for a subscription", "{ field: endpoint.subscriptionId, equals: contoso }"],
    ["a name among subscriptions", `{ field: service.subscriptionId, in: [${subscription}, contoso] }`],
    ["a name for an id", "{ field: endpoint.subnet.id, equals: snet }"],
    [
      "an id of another type",
      `{ field: endpoint.id, equals: /subscriptions/${subscription}/resourceGroups/rg/providers/Microsoft.Network/virtualNetworks/v }`,
    ],
    ["text that is no location", "{ field: endpoint.location, equals: https://westeurope }"],
    ["text for a predicate", "{ value: \"[contains(field('endpoint.name'), 'a')]\", equals: \"yes\" }"],
    ["text for a length", "{ value: \"[length(field('endpoint.name'))]\", greater: long }"],
    ["exists of another word", '{ field: endpoint.name, exists: "yes" }'],
  ])("%s is refused", (_, condition) => {
    expect(errorsOf(ruleOf(condition, "hold"))).toHaveLength(1);
  });
});
