import { describe, expect, it } from "vitest";
import { problemsOf } from "../../../../test/policy/policy-makers.ts";
import { rule, subscription, endpoint, value, segments } from "../../../../test/policy/trust-makers.ts";

/** Each can be true only of who has that subscription, or at that service. */
const asserted: readonly (readonly [string, string])[] = [
  ["an endpoint's whole id", `{ field: endpoint.id, equals: "${endpoint("pe")}" }`],
  [
    "an endpoint's whole id, in two negations",
    `{ not: { field: endpoint.id, notEquals: "${endpoint("pe")}" } }`,
  ],
  ["a list of whole ids", `{ field: endpoint.id, in: ["${endpoint("pe-a")}", "${endpoint("pe-b")}"] }`],
  ["a parameter of whole ids", `{ field: endpoint.id, in: "[parameters('endpoints')]" }`],
  ["a list that is yet to be filled", "{ field: endpoint.id, in: [] }"],
  ["ids of a subscription", `{ field: endpoint.id, like: "/subscriptions/${subscription}/*" }`],
  [
    "ids that begin with a whole subscription",
    `{ field: endpoint.id, like: "/subscriptions/${subscription}*" }`,
  ],
  [
    "ids of a subscription and a name",
    `{ field: endpoint.id, like: "/subscriptions/${subscription}/*/trusted-*" }`,
  ],
  [
    "not outside of a subscription",
    `{ not: { field: endpoint.id, notLike: "/subscriptions/${subscription}/*" } }`,
  ],
  ["a subscription by its place", value(`${segments}[2]`, `equals: ${subscription}`)],
  ["a subscription by its place, in a list", value(`${segments}[2]`, "in: \"[parameters('ours')]\"")],
  [
    "a subscription by its place, guarded against short ids",
    value("split(concat(field('endpoint.id'), '//'), '/')[2]", `equals: "[field('service.subscriptionId')]"`),
  ],
  [
    "a subscription by its place, in lower case",
    value(`toLower(split(toLower(field('endpoint.id')), '/')[2])`, `equals: ${subscription}`),
  ],
  [
    "ids of the service's own subscription",
    `{ field: endpoint.id, like: "[concat('/subscriptions/', field('service.subscriptionId'), '/*')]" }`,
  ],
  [
    "a start, by a function",
    value(`startsWith(field('endpoint.id'), '/subscriptions/${subscription}/')`, "equals: true"),
  ],
  [
    "an id, by a function",
    value(`equals(toLower(field('endpoint.id')), toLower('${endpoint("pe")}'))`, "equals: true"),
  ],
  [
    "an id in a list, by a function",
    value("contains(parameters('endpoints'), field('endpoint.id'))", "equals: true"),
  ],
  ["a list that has an id", `{ value: "[parameters('endpoints')]", contains: "[field('endpoint.id')]" }`],
  [
    "a start and a name",
    value(
      `and(startsWith(field('endpoint.id'), '/subscriptions/${subscription}/'), equals(field('endpoint.name'), 'a'))`,
      "equals: true",
    ),
  ],
  [
    "one of several subscriptions, counted",
    `{ count: { value: "[parameters('ours')]", name: one, where: { field: endpoint.id, like: "[concat('/subscriptions/', current('one'), '/*')]" } }, greater: 0 }`,
  ],
  [
    "a range of one's own, counted, and a name beside it",
    `{ count: { field: "endpoint.subnet.addressPrefixes[*]", where: { allOf: [{ value: "[ipRangeContains('10.0.0.0/8', current())]", equals: true }, { field: endpoint.name, like: "pe-*" }] } }, greater: 0 }`,
  ],
  [
    "a name beside a subscription",
    `{ allOf: [{ field: connection.name, equals: a }, { field: endpoint.subscriptionId, equals: ${subscription} }] }`,
  ],
  [
    "the service in a connection's id",
    `{ field: connection.id, like: "/subscriptions/${subscription}/resourceGroups/rg/providers/Microsoft.ApiManagement/service/apim/*" }`,
  ],
  [
    "the service in a connection's id by its place",
    value("split(field('connection.id'), '/')[8]", "equals: apim-dev"),
  ],
  [
    "the subnet, which only who may join it has",
    '{ field: endpoint.subnet.id, like: "*/subnets/snet-endpoints" }',
  ],
  ["a member of the service's own tags", value("field('service.tags')['stage']", "equals: dev")],
];

describe("an approve rule", () => {
  it.each(asserted)("rests on %s", (_, condition) => {
    const besides = /more than one \*|approves any requester/;
    expect(problemsOf(rule(condition)).filter((each) => !besides.test(each))).toEqual([]);
  });
});
