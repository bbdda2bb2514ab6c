import { describe, expect, it } from "vitest";
import { problemsOf } from "../../../../test/policy/policy-makers.ts";

const subscription = "11111111-1111-4111-8111-111111111111";
const tag = "field('endpoint.tags.x')";
const value = (expression: string, comparison: string) => `{ value: "[${expression}]", ${comparison} }`;
const approving = (...conditions: readonly string[]) => `name: p
parameters: { bad: { type: String, defaultValue: bad } }
rules:
  - name: r
    if: { allOf: [{ field: endpoint.subscriptionId, equals: ${subscription} }, ${conditions.join(", ")}] }
    then: { effect: approve }`;

/** Each is true of a requester without the tag, which its author thinks of as one that is not bad. */
describe("an expression of an approve rule that missing data makes true", () => {
  it.each([
    ["false, compared", value(`equals(${tag}, 'bad')`, "equals: false")],
    ["not true", value(`equals(${tag}, 'bad')`, "notEquals: true")],
    ["not()", value(`not(equals(${tag}, 'bad'))`, "equals: true")],
    ["a parameter in it", value(`not(equals(${tag}, parameters('bad')))`, "equals: true")],
    ["a choice", value(`if(equals(${tag}, 'bad'), 'no', 'yes')`, "equals: yes")],
    ["a choice that asks whether it is empty", value(`if(empty(${tag}), 'yes', ${tag})`, "equals: yes")],
    ["a length", value(`length(${tag})`, "less: 5")],
    ["a long one", value(`length(${tag})`, "lessOrEquals: 50")],
    ["a place that is not found", value(`indexOf(${tag}, 'bad')`, "equals: -1")],
    ["a negated operator", value(`toLower(${tag})`, "notEquals: bad")],
    ["a negated operator on a part", value(`concat('a-', ${tag})`, 'notLike: "a-bad*"')],
    ["not around it", `{ not: ${value(`toLower(${tag})`, "equals: bad")} }`],
    ["a pattern that nothing fits", value(`string(${tag})`, 'like: "*"')],
    ["a property that may be missing", value("tryGet(field('endpoint.tags'), 'x')", "notEquals: bad")],
    ["two that may both be missing", "{ field: endpoint.tags.x, equals: \"[field('endpoint.tags.y')]\" }"],
    [
      "one of two",
      value(`and(equals(field('endpoint.tags.y'), 'a'), not(equals(${tag}, 'bad')))`, "equals: true"),
    ],
    [
      "the seventh of seven",
      value(
        `or(and(${[1, 2, 3, 4, 5, 6].map((each) => `equals(field('service.tags.t${each}'), 'a')`).join(", ")}), empty(${tag}))`,
        "equals: true",
      ),
    ],
    ["a member of a list", `{ field: service.name, in: [a, "[if(equals(${tag}, 'bad'), 'no', 'yes')]"] }`],
    [
      "a location",
      `{ field: service.location, equals: "[if(equals(${tag}, 'bad'), 'East US', 'West Europe')]" }`,
    ],
    [
      "a part of a count",
      `{ count: { value: [a], name: n, where: ${value(`equals(${tag}, 'bad')`, "equals: false")} }, greater: 0 }`,
    ],
  ])("%s", (_, condition) => {
    expect(problemsOf(approving(condition))).toContainEqual(
      expect.stringMatching(
        /: this condition is true if endpoint.tags\['[xy]'\] is missing, .* add \{ field: endpoint.tags\['[xy]'\], exists: true \} in the same allOf$/,
      ),
    );
  });

  it("on a list, and on what it is held against", () => {
    for (const [condition, missing] of [
      [
        value("contains(field('requester.managementGroups'), 'sandbox')", "equals: false"),
        "requester.managementGroups",
      ],
      [
        value("not(contains(field('endpoint.applicationSecurityGroups[*]'), 'a'))", "equals: true"),
        "endpoint.applicationSecurityGroups",
      ],
      // Every text contains "", which is what a tag that is not there comes to.
      [
        "{ field: requester.subscriptionName, contains: \"[field('service.tags.partner')]\" }",
        "service.tags['partner']",
      ],
    ] as const)
      expect(problemsOf(approving(condition))).toEqual([
        expect.stringContaining(`add { field: ${missing}, exists: true }`),
      ]);
  });

  it.each([
    [
      "says that it exists",
      `{ field: endpoint.tags.x, exists: true }, ${value(`equals(${tag}, 'bad')`, "equals: false")}`,
    ],
    ["asks for what is there", value(`equals(${tag}, 'good')`, "equals: true")],
    [
      "asks for one of two, of which neither is missing data",
      value(`or(equals(${tag}, 'a'), equals(field('endpoint.tags.y'), 'b'))`, "equals: true"),
    ],
    ["asks for nothing in so many words", value("tryGet(field('endpoint.tags'), 'x')", "equals: null")],
    ["asks for a default that is not wanted", value(`coalesce(${tag}, 'good')`, "equals: good")],
    [
      "looks at what a connection always has",
      value("equals(field('endpoint.subscriptionId'), 'a')", "equals: false"),
    ],
  ])("is let be where it %s", (_, condition) => {
    expect(problemsOf(approving(condition))).toEqual([]);
  });

  it("is a warning where the policy only observes", () => {
    const text = approving(value(`equals(${tag}, 'bad')`, "equals: false"));
    expect(problemsOf(text, false)).toEqual([
      expect.stringContaining(": warning: this condition is true if"),
    ]);
  });
});
