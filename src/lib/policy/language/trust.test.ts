import { describe, expect, it } from "vitest";
import { problemsOf } from "../../../../test/policy/policy-makers.ts";
import { rule, subscription, endpoint, value, segments } from "../../../../test/policy/trust-makers.ts";

/**
 * Each could be satisfied by anybody in the world who gives an endpoint, a connection or a resource group that name.
 */
const chosen: readonly (readonly [string, string])[] = [
  ["a connection's name", '{ field: connection.name, like: "trusted-*" }'],
  ["a connection's whole name", "{ field: connection.name, equals: trusted }"],
  [
    "a connection's name and id",
    "{ allOf: [{ field: connection.name, equals: a }, { field: connection.id, like: '*/a' }] }",
  ],
  [
    "the end of a connection's id",
    '{ field: connection.id, like: "*/privateEndpointConnections/trusted-*" }',
  ],
  ["a connection's id, whatever it is", '{ field: connection.id, like: "*" }'],
  ["a connection's id that is there", "{ field: connection.id, exists: true }"],
  ["the end of an endpoint's id", '{ field: endpoint.id, like: "*/privateEndpoints/trusted-*" }'],
  ["the resource group in an endpoint's id", '{ field: endpoint.id, like: "*/resourceGroups/rg-trusted/*" }'],
  ["a part of an endpoint's id", "{ field: endpoint.id, contains: trusted }"],
  ["a subscription's id anywhere in an endpoint's id", `{ field: endpoint.id, contains: ${subscription} }`],
  ["an endpoint's id that is not one", `{ field: endpoint.id, notEquals: "${endpoint("pe")}" }`],
  [
    "an endpoint's id that is outside of something",
    `{ field: endpoint.id, notLike: "/subscriptions/${subscription}/*" }`,
  ],
  [
    "an endpoint's id that is not like one",
    `{ not: { field: endpoint.id, like: "/subscriptions/${subscription}/*" } }`,
  ],
  ["an endpoint's id that is no other", `{ field: endpoint.id, equals: "" }`],
  ["any subscription in an endpoint's id", '{ field: endpoint.id, like: "/subscriptions/*" }'],
  ["the start of a subscription's id", '{ field: endpoint.id, like: "/subscriptions/1*" }'],
  ["an order of endpoints' ids", '{ field: endpoint.id, greater: "/subscriptions/1" }'],
  ["a form of an endpoint's id", `{ field: endpoint.id, matchInsensitively: "${endpoint("pe-#")}" }`],
  ["an endpoint that is one of those, or none", `{ field: endpoint.id, in: ["${endpoint("pe")}", ""] }`],
  [
    "an endpoint's id that is held against its own subscription",
    `{ field: endpoint.id, like: "[concat('/subscriptions/', field('endpoint.subscriptionId'), '/resourceGroups/rg-a/*')]" }`,
  ],
  [
    "an endpoint's id that is held against a network's name",
    `{ field: endpoint.id, like: "[concat('/subscriptions/', field('endpoint.virtualNetwork.name'), '/*')]" }`,
  ],
  [
    "an endpoint's id that is held against a subscription's name",
    `{ field: endpoint.id, like: "[concat('/subscriptions/', field('requester.subscriptionName'), '/*')]" }`,
  ],
  [
    "a segment that the requester chooses",
    value(`${segments}[if(equals(field('endpoint.name'), 'x'), 8, 2)]`, "equals: trusted"),
  ],
  [
    "a name and the time",
    '{ allOf: [{ field: endpoint.name, equals: a }, { field: time.now, greater: "2020-01-01T00:00:00Z" }] }',
  ],
  [
    "either, of which one is a name",
    `{ anyOf: [{ field: endpoint.id, equals: "${endpoint("pe")}" }, { field: connection.name, equals: a }] }`,
  ],
  [
    "neither, by De Morgan",
    `{ not: { allOf: [{ field: endpoint.id, notEquals: "${endpoint("pe")}" }, { field: endpoint.name, notEquals: a }] } }`,
  ],
  [
    "a name in allOf in anyOf",
    "{ anyOf: [{ allOf: [{ field: connection.name, equals: a }, { field: endpoint.name, equals: b }] }] }",
  ],
  ["two negations of a name", "{ not: { not: { field: connection.name, equals: a } } }"],
  [
    "the last segment of a connection's id",
    value("last(split(field('connection.id'), '/'))", "equals: trusted"),
  ],
  [
    "the last segment of an endpoint's id",
    value("last(split(field('endpoint.id'), '/'))", "like: trusted-*"),
  ],
  ["an endpoint's name by its place", value(`${segments}[8]`, "equals: trusted")],
  ["an endpoint's resource group by its place", value(`${segments}[4]`, "equals: trusted")],
  ["a fixed word of an endpoint's id", value(`${segments}[1]`, "equals: subscriptions")],
  [
    "a place that the facts give",
    value(`${segments}[length(field('endpoint.name'))]`, `equals: ${subscription}`),
  ],
  ["another split", value("split(field('endpoint.id'), '-')[2]", "equals: a")],
  ["a connection's name by its place", value("split(field('connection.id'), '/')[10]", "equals: trusted")],
  ["an id in lower case, by its end", value("toLower(field('endpoint.id'))", 'like: "*/trusted"')],
  [
    "an id behind another text",
    value("concat('x', field('endpoint.id'))", `like: "x/subscriptions/${subscription}/*"`),
  ],
  [
    "a name put before an id",
    value("split(concat(field('endpoint.name'), field('endpoint.id')), '/')[2]", "equals: a"),
  ],
  ["a part of an id cut out", value("substring(field('endpoint.id'), 15, 36)", `equals: ${subscription}`)],
  [
    "an id with a piece replaced",
    value("replace(field('endpoint.id'), 'a', 'b')", `equals: "${endpoint("pe")}"`),
  ],
  ["the end of an id, by a function", value("endsWith(field('endpoint.id'), 'trusted')", "equals: true")],
  ["a part of an id, by a function", value("contains(field('endpoint.id'), 'trusted')", "equals: true")],
  [
    "a start that is everybody's",
    value("startsWith(field('endpoint.id'), '/subscriptions/')", "equals: true"),
  ],
  [
    "a start that is not so",
    value(`startsWith(field('endpoint.id'), '/subscriptions/${subscription}/')`, "equals: false"),
  ],
  [
    "a start that is so or not, as the requester likes",
    value(
      `startsWith(field('endpoint.id'), '/subscriptions/${subscription}/')`,
      `equals: "[if(equals(field('endpoint.name'), 'a'), equals(1, 1), equals(1, 2))]"`,
    ),
  ],
  [
    "a start that need not be so",
    value(`startsWith(field('endpoint.id'), '/subscriptions/${subscription}/')`, "notEquals: true"),
  ],
  [
    "a start or a name",
    value(
      `or(startsWith(field('endpoint.id'), '/subscriptions/${subscription}/'), equals(field('endpoint.name'), 'a'))`,
      "equals: true",
    ),
  ],
  ["names that two fields share", "{ field: endpoint.name, equals: \"[field('connection.name')]\" }"],
  [
    "an id made of the requester's own",
    `{ field: endpoint.id, equals: "[concat('/subscriptions/', field('endpoint.name'))]" }`,
  ],
  [
    "an id like what the requester wrote",
    `{ field: endpoint.id, like: "[concat('/subscriptions/', field('connection.message'), '/*')]" }`,
  ],
  [
    "a pattern among those of a parameter",
    `{ count: { value: "[parameters('anyone')]", name: one, where: { field: endpoint.id, like: "[concat('/subscriptions/', current('one'), '/*')]" } }, greater: 0 }`,
  ],
  [
    "one of several names",
    `{ count: { value: "[parameters('names')]", name: one, where: { field: endpoint.id, like: "[concat('*/', current('one'))]" } }, greater: 0 }`,
  ],
  [
    "any segment that is a subscription",
    `{ count: { value: "[${segments}]", name: each, where: { value: "[current('each')]", equals: ${subscription} } }, greater: 0 }`,
  ],
  [
    "none that is ours",
    `{ count: { value: "[parameters('ours')]", name: one, where: { field: endpoint.id, like: "[concat('/subscriptions/', current('one'), '/*')]" } }, equals: 0 }`,
  ],
  [
    "at most one that is ours",
    `{ count: { value: "[parameters('ours')]", name: one, where: { field: endpoint.id, like: "[concat('/subscriptions/', current('one'), '/*')]" } }, less: 2 }`,
  ],
  ["the time", value("utcNow()", 'greater: "2026-01-01T00:00:00Z"')],
];

describe("an approve rule", () => {
  it.each(chosen)("does not rest on %s", (_, condition) => {
    expect(problemsOf(rule(condition)).filter((each) => each.includes("can approve"))).toHaveLength(1);
    const observed = problemsOf(rule(condition), false);
    expect(observed.filter((each) => each.includes("can approve"))).toEqual([
      expect.stringContaining(": warning: "),
    ]);
    expect(problemsOf(rule(condition, "reject")).filter((each) => each.includes("can approve"))).toEqual([]);
  });
});
