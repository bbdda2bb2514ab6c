import { describe, expect, it } from "vitest";
import { policyOf, problemsOf, verdictOf } from "../../../../test/policy/policy-makers.ts";
import { connectionCatalogue } from "../language/field.ts";
import { openCatalogue } from "../language/open-catalogue.ts";
import { load } from "../load.ts";
import { formatProblem } from "../source/problem.ts";

const subscription = "11111111-1111-4111-8111-111111111111";
const rule = (condition: string, effect = "approve") =>
  `name: p\nrules: [{ name: r, if: ${condition}, then: { effect: ${effect} } }]`;
const all = (...conditions: string[]) => `{ allOf: [${conditions.join(", ")}] }`;
const named = '{ field: endpoint.name, like: "pe-*" }';

/** Errors by what they say; warnings of the same would not stop the policy. */
const errorsOf = (text: string) => problemsOf(text).filter((each) => !each.includes(": warning: "));

describe("P1: what is always true makes no rule rest on the platform's word", () => {
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
    for (const each of [condition, all(condition, named)])
      expect(errorsOf(rule(each)).filter((message) => message.includes("can approve"))).toHaveLength(1);
    expect(problemsOf(rule(condition), false).some((message) => message.includes(": warning: "))).toBe(true);
  });

  it("names what does not distinguish requesters, and what to add", () => {
    expect(problemsOf(rule(all(named, '{ field: endpoint.subscriptionId, like: "*" }')))[0]).toMatch(
      /^policy.yaml:2:9: rule "r" can approve .*, because endpoint.subscriptionId like "\*" \(2:\d+\) does not distinguish requesters.* such as endpoint.subscriptionId/,
    );
  });

  it("does not keep what narrows from standing beside it", () => {
    const condition = all(
      named,
      '{ field: requester.tenant, like: "*" }',
      `{ field: endpoint.subscriptionId, equals: ${subscription} }`,
    );
    expect(problemsOf(rule(condition))).toEqual([]);
  });
});

describe("P2 and P3: what every connection has alike not distinguish requesters", () => {
  it.each([
    ["the group", "{ field: connection.groupId, equals: Gateway }"],
    [
      "the group and any message",
      all("{ field: connection.groupId, equals: Gateway }", '{ field: connection.message, like: "*" }'),
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
    for (const each of [condition, all(condition, named)])
      expect(errorsOf(rule(each)).filter((message) => message.includes("can approve"))).toHaveLength(1);
  });

  it("lets a rule be that says something else of each tenant", () => {
    const condition = `{ anyOf: [{ allOf: [{ field: requester.tenant, equals: ours }, { field: requester.managementGroups, contains: corp }] }, { allOf: [{ field: requester.tenant, equals: foreign }, { field: endpoint.subscriptionId, equals: ${subscription} }] }] }`;
    expect(problemsOf(rule(condition))).toEqual([]);
  });
});

describe("P9: [*] in a rule that keeps somebody out asks for every member", () => {
  const every = '{ field: "requester.managementGroups[*]", equals: sandbox }';
  it.each(["reject", "hold", "alert"])("in a %s rule", (effect) => {
    expect(problemsOf(rule(every, effect))).toEqual([
      expect.stringContaining(
        'to match any member, write { field: requester.managementGroups, contains: "sandbox" }',
      ),
    ]);
  });
  it("not in an approve rule, nor under the negation that asks for one", () => {
    expect(problemsOf(rule(every))).toEqual([]);
    expect(
      problemsOf(rule('{ not: { field: "requester.managementGroups[*]", notEquals: sandbox } }', "reject")),
    ).toEqual([]);
  });
});

describe("P10: a list is compared with one value by no operator but contains", () => {
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
    const text = rule(`{ field: service.locations, ${operator}: westeurope }`, "reject");
    expect(errorsOf(text)).toEqual([
      expect.stringContaining(`${operator} cannot be used with service.locations, which is a list`),
    ]);
    expect(problemsOf(text, false)).toEqual([expect.stringContaining(": warning: ")]);
  });
  it.each(["in", "notIn"])("%s", (operator) => {
    expect(
      errorsOf(rule(`{ field: endpoint.privateAddresses, ${operator}: [10.0.0.4] }`, "hold")),
    ).toHaveLength(1);
  });
});

describe("P11 and P12: values that a field never has", () => {
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
    expect(errorsOf(rule(condition, "reject"))).toEqual([expect.stringContaining(message)]);
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
    expect(problemsOf(rule(condition, "hold"))).toEqual([expect.stringMatching(/: warning: /)]);
    expect(problemsOf(rule(condition, "hold"))[0]).toContain(message);
  });
});

describe("P13: what is never true", () => {
  it("is told with both places", () => {
    const condition = all(
      "{ field: requester.tenant, equals: ours }",
      "{ field: requester.tenant, equals: foreign }",
    );
    expect(problemsOf(rule(condition, "reject"))).toEqual([
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
      all("{ field: time.now, less: '2026-01-01' }", "{ field: time.now, greater: '2026-06-01' }"),
    ],
    [
      "by a pattern",
      all("{ field: service.name, equals: apim-dev }", '{ field: service.name, like: "*-prod" }'),
    ],
    [
      "by alternatives",
      all(
        "{ anyOf: [{ field: service.name, equals: a }, { field: service.name, equals: b }] }",
        "{ field: service.name, equals: c }",
      ),
    ],
    ["by a count", '{ count: { field: "endpoint.privateAddresses[*]" }, less: 0 }'],
    ["by a function", "{ value: \"[indexOf(field('service.name'), 'a')]\", less: -1 }"],
  ])("%s", (_, condition) => {
    expect(problemsOf(rule(condition, "hold"))).toEqual([expect.stringContaining("is never true")]);
  });
  it("is not said of a list that is yet to be filled", () => {
    expect(problemsOf(rule("{ field: endpoint.subscriptionId, in: [] }", "reject"))).toEqual([]);
  });
});

describe("P14: a rule that a stronger one always covers", () => {
  const two = (first: string, second: string, more = "") =>
    `name: p\nrules:\n  - { name: never, if: ${first}, then: { effect: reject }${more} }\n  - { name: r, if: ${second}, then: { effect: hold } }`;
  const sandbox = "{ field: requester.managementGroups, contains: sandbox }";
  it.each([
    ["in what it asks", sandbox, all(sandbox, named)],
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
    ["by one of its alternatives", `{ anyOf: [${named}, ${sandbox}] }`, all(sandbox, named)],
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
    ["that is narrower", all(sandbox, named), sandbox, ""],
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

describe("P15: what has expired", () => {
  const text = rule("{ field: requester.managementGroups, contains: a }", "reject").replace(
    "effect: reject }",
    "effect: reject }, expiresOn: 2020-01-01T00:00:00Z",
  );
  const warningsAt = (now?: number) => {
    const loaded = load([{ file: "p", text }], connectionCatalogue, now === undefined ? {} : { now });
    return loaded.kind === "valid" ? loaded.warnings.map(({ message }) => message) : loaded.problems;
  };
  it("is told where the time is known, and only then", () => {
    expect(warningsAt(Date.parse("2026-01-01"))).toEqual([
      expect.stringContaining('rule "r" expired at 2020-01-01T00:00:00.000Z'),
    ]);
    expect(warningsAt(Date.parse("2019-01-01"))).toEqual([]);
    expect(warningsAt()).toEqual([]);
  });
});

describe("P17: a right side of the wrong kind", () => {
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
    expect(errorsOf(rule(condition, "hold"))).toHaveLength(1);
  });
});

describe("the analysis", () => {
  it("says of a reject rule about states that no connection that is decided has", () => {
    expect(problemsOf(rule("{ field: connection.state, equals: Approved }", "reject"))).toEqual([
      expect.stringContaining("never decides"),
    ]);
  });

  it("says nothing of documents whose fields it does not know", () => {
    const text = `name: d\nrules: [{ name: r, if: { allOf: [{ field: location, equals: nowhere }, { field: properties.count, greater: many }] }, then: { effect: hold } }]`;
    expect(load([{ file: "d", text }], openCatalogue())).toMatchObject({ kind: "valid", warnings: [] });
  });

  it("changes no verdict", () => {
    expect(verdictOf(policyOf(rule("{ field: connection.groupId, equals: Gateway }", "hold")), {}).kind).toBe(
      "hold",
    );
  });
});
