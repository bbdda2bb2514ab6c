import { describe, expect, it } from "vitest";
import { allOf, conditionOf } from "../../../../test/policy/policy-makers.ts";
import { Layout } from "../language/env.ts";
import { requirementsOf } from "./requirements.ts";

/** Each requirement as its field, how it is asked, and its keys. */
function requirementsIn(text: string): string[] {
  const layout = new Layout();
  return requirementsOf(conditionOf(text), layout).map(({ by, index, keys }) => {
    const names = keys.map((key) => (typeof key === "string" ? key : `${key.from}-${key.to}`));
    const { reference, isRange } = layout.values[index] ?? {};
    return `${isRange === true ? "range of " : ""}${reference?.field.name} by ${by}: ${names.join(", ")}`;
  });
}

const anyOf = (...conditions: string[]) => `{ anyOf: [${conditions.join(", ")}] }`;
const inRange = (range: string, comparison = "equals: true", field = "endpoint.name") =>
  `{ value: "[ipRangeContains('${range}', field('${field}'))]", ${comparison} }`;
const inSubscription = (id: string) => `{ field: endpoint.subscriptionId, equals: ${id} }`;
const inGroup = (group: string) => `{ field: requester.managementGroups, contains: ${group} }`;
const ours = "{ field: requester.tenant, equals: Ours }";

describe("a comparison requires", () => {
  it.each<[condition: string, requirements: string[]]>([
    ["{ field: endpoint.name, equals: PE-1 }", ["endpoint.name by equality: pe-1"]],
    ["{ field: endpoint.name, in: [b, A, B] }", ["endpoint.name by equality: b, a"]],
    ["{ field: endpoint.tags, contains: Owner }", ["endpoint.tags by member: owner"]],
    [inRange("10.0.0.0-10.0.0.9"), ["range of endpoint.name by range: 167772160-167772169"]],
  ])("%s: %j", (condition, requirements) => {
    expect(requirementsIn(condition)).toEqual(requirements);
  });

  it.each([
    ["with a number", "{ field: endpoint.name, equals: 80 }"],
    ["with a text that equals a number", '{ field: endpoint.name, equals: "80" }'],
    ["with a boolean", "{ field: endpoint.name, equals: true }"],
    ["with empty text, which a missing value equals", '{ field: endpoint.name, equals: "" }'],
    ["with a list of which one member has several spellings", '{ field: endpoint.name, in: [a, "true"] }'],
    ["with a pattern", '{ field: endpoint.name, like: "pe-*" }'],
    ["with a negated operator", "{ field: endpoint.name, notEquals: a }"],
    ["with another negated operator", "{ field: endpoint.name, notIn: [a] }"],
    ["with notContains", "{ field: endpoint.tags, notContains: a }"],
    ["with containsKey, which no list satisfies", "{ field: endpoint.tags, containsKey: a }"],
    ["with a computed operand", "{ field: endpoint.name, equals: \"[field('service.name')]\" }"],
    ["of every member", '{ field: "endpoint.privateAddresses[*]", equals: a }'],
    ["of an expression", "{ value: \"[toLower(field('endpoint.name'))]\", equals: a }"],
    ["of a count", '{ count: { field: "endpoint.privateAddresses[*]" }, equals: 1 }'],
    ["with a range of IPv6", inRange("fd00::/8")],
    ["with a range that must not hold it", inRange("10.0.0.0/8", "equals: false")],
    ["with the negation of a range", inRange("10.0.0.0/8", "notEquals: true")],
    ["with a range and a text", inRange("10.0.0.0/8", 'equals: "true"')],
    ["with a range and a list", inRange("10.0.0.0/8", "in: [true]")],
    ["with a range and a computed operand", inRange("10.0.0.0/8", "equals: \"[field('endpoint.manual')]\"")],
  ])("nothing %s: %s", (_, condition) => {
    expect(requirementsIn(condition)).toEqual([]);
  });
});

describe("a combination requires", () => {
  it.each<[what: string, condition: string, requirements: string[]]>([
    [
      "what each member of allOf requires",
      allOf(ours, inRange("10.0.0.1"), inGroup("corp")),
      [
        "requester.tenant by equality: ours",
        "range of endpoint.name by range: 167772161-167772161",
        "requester.managementGroups by member: corp",
      ],
    ],
    [
      "nothing of a negated member",
      allOf(ours, `{ not: ${inGroup("corp")} }`),
      ["requester.tenant by equality: ours"],
    ],
    [
      "a key of any alternative",
      anyOf(inSubscription("a"), inSubscription("b"), "{ field: endpoint.subscriptionId, in: [c, d] }"),
      ["endpoint.subscriptionId by equality: a, b, c, d"],
    ],
    [
      "a range of any alternative",
      anyOf(inRange("0.0.0.1"), inRange("0.0.0.2")),
      ["range of endpoint.name by range: 1-1, 2-2"],
    ],
    ["nothing where an alternative is about another value", anyOf(inSubscription("a"), ours), []],
    [
      "nothing where an alternative asks the value in another way",
      anyOf("{ field: endpoint.tags, equals: a }", "{ field: endpoint.tags, contains: a }"),
      [],
    ],
    ["nothing where an alternative requires nothing", anyOf(ours, `{ not: ${ours} }`), []],
    [
      "what all alternatives require, wherever they name it",
      anyOf(allOf(ours, inSubscription("a")), allOf(inSubscription("b"), inGroup("corp"))),
      ["endpoint.subscriptionId by equality: a, b"],
    ],
    [
      "each of several values that all alternatives require",
      anyOf(allOf(ours, inSubscription("a")), allOf(inSubscription("b"), ours)),
      ["requester.tenant by equality: ours, ours", "endpoint.subscriptionId by equality: a, b"],
    ],
  ])("%s", (_, condition, requirements) => {
    expect(requirementsIn(condition)).toEqual(requirements);
  });

  it("nothing where it has no alternative", () => {
    expect(requirementsOf({ kind: "anyOf", members: [] }, new Layout())).toEqual([]);
  });
});
