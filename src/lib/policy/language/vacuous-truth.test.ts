import { describe, expect, it } from "vitest";
import { envOf, policyOf, problemsOf, verdictOf, type Given } from "../../../../test/policy/policy-makers.ts";
import { explain } from "../evaluate/explain.ts";
import { known, unknown } from "../values/fact.ts";
import { openCatalogue } from "./open-catalogue.ts";
import { load } from "../load.ts";
import { prepare } from "./env.ts";
import { evaluate } from "../evaluate/evaluate.ts";

const list = "endpoint.applicationSecurityGroups[*]";
const groups = (...members: string[]): Given => ({
  "endpoint.subscriptionId": known("11111111-0000-4000-8000-000000000001"),
  "endpoint.applicationSecurityGroups": known(members),
});
const missing: Given = { "endpoint.subscriptionId": known("11111111-0000-4000-8000-000000000001") };

const ruleOf = (condition: string, effect = "approve") => `name: v
rules:
  - name: r
    if: { allOf: [{ field: endpoint.subscriptionId, equals: 11111111-0000-4000-8000-000000000001 }, ${condition}] }
    then: { effect: ${effect} }`;

function approves(condition: string, given: Given): boolean {
  return verdictOf(ruleOf(condition), given).kind === "approve";
}

/** Conditions on the members of a list: what they say of ["a"], of ["b"], and never of a list without members. */
const onMembers: readonly (readonly [string, boolean, boolean])[] = [
  [`{ field: "${list}", equals: a }`, true, false],
  [`{ field: "${list}", notEquals: a }`, false, true],
  [`{ not: { field: "${list}", equals: a } }`, false, true],
  [`{ not: { field: "${list}", notEquals: a } }`, true, false],
  [`{ not: { not: { field: "${list}", equals: a } } }`, true, false],
  [`{ not: { not: { not: { field: "${list}", equals: a } } } }`, false, true],
  [`{ not: { allOf: [{ field: "${list}", notEquals: a }] } }`, true, false],
  [`{ not: { anyOf: [{ field: "${list}", equals: a }, { field: "${list}", equals: c }] } }`, false, true],
  [
    `{ anyOf: [{ not: { field: "${list}", notEquals: a } }, { field: endpoint.name, equals: x }] }`,
    true,
    false,
  ],
  [`{ not: { field: "${list}", exists: false } }`, true, true],
  [`{ count: { field: "${list}", where: { field: "${list}", equals: a } }, equals: 0 }`, false, true],
  [`{ count: { field: "${list}", where: { field: "${list}", equals: a } }, less: 1 }`, false, true],
  [`{ count: { field: "${list}", where: { field: "${list}", equals: a } }, notEquals: 1 }`, false, true],
  [
    `{ not: { count: { field: "${list}", where: { field: "${list}", equals: a } }, greater: 0 } }`,
    false,
    true,
  ],
  [
    `{ count: { field: "${list}", where: { field: "${list}", equals: a } }, equals: "[length(field('${list}'))]" }`,
    true,
    false,
  ],
  [
    `{ count: { value: "[field('endpoint.applicationSecurityGroups')]", where: { value: "[current()]", equals: a } }, equals: 0 }`,
    false,
    true,
  ],
  // Inside the where of a count over something else: counted, and not counted.
  [
    `{ count: { value: [1, 2], where: { not: { field: "${list}", notEquals: a } } }, equals: 2 }`,
    true,
    false,
  ],
  [`{ count: { value: [1, 2], where: { field: "${list}", equals: b } }, equals: 0 }`, true, false],
  [`{ count: { value: [1, 2], where: { field: "${list}", equals: b } }, lessOrEquals: 1 }`, true, false],
  [`{ count: { value: [1, 2], where: { not: { field: "${list}", equals: a } } }, less: 1 }`, true, false],
  [
    `{ not: { count: { value: [1, 2], where: { field: "${list}", notEquals: a } }, equals: 0 } }`,
    false,
    true,
  ],
];

describe("a list without members makes no approve rule true", () => {
  it.each(onMembers)("%s", (condition, ofA, ofB) => {
    expect([approves(condition, groups("a")), approves(condition, groups("b"))]).toEqual([ofA, ofB]);
    expect([approves(condition, groups()), approves(condition, missing)]).toEqual([false, false]);
  });

  it("nor unknown, so that such a rule does not hold by itself", () => {
    for (const [condition] of onMembers) {
      expect(verdictOf(ruleOf(condition), groups()).rule).toBeUndefined();
    }
  });

  it("the idiom for one or more needs no exists beside it", () => {
    expect(problemsOf(ruleOf(`{ not: { field: "${list}", notEquals: a } }`))).toEqual([]);
  });

  it("a list that could not be read is unknown as ever", () => {
    const unread: Given = { ...missing, "endpoint.applicationSecurityGroups": unknown("forbidden") };
    for (const [condition] of onMembers) expect(verdictOf(ruleOf(condition), unread).rule).toBe("r");
  });

  it("a count without where asks for the number, and a list that the policy wrote may be empty", () => {
    expect(approves(`{ count: { field: "${list}" }, equals: 0 }`, groups())).toBe(true);
    const blocked = `{ count: { value: [], where: { field: endpoint.name, like: "[current()]" } }, equals: 0 }`;
    expect(approves(blocked, missing)).toBe(true);
  });

  it("a rule that rejects or holds keeps its meaning: [*] is false, and not negates it", () => {
    const idiom = `{ not: { field: "${list}", notEquals: a } }`;
    expect(verdictOf(ruleOf(idiom, "reject"), groups()).kind).toBe("reject");
    expect(verdictOf(ruleOf(`{ field: "${list}", equals: a }`, "reject"), groups()).kind).toBe("hold");
    expect(verdictOf(ruleOf(idiom, "reject"), groups("b")).rule).toBeUndefined();
  });

  it("is explained by what decided", () => {
    const compiled = policyOf(ruleOf(`{ not: { field: "${list}", notEquals: a } }`));
    const [rule] = explain(compiled, envOf(compiled, groups()));
    expect(rule?.condition.members?.[1]).toMatchObject({
      result: "false",
      members: [{ expressionValue: [], result: "true" }],
    });
  });

  it("holds for lists in the members of other lists", () => {
    const condition = `{ count: { field: "a[*]", where: { not: { field: "a[*].b[*]", notEquals: x } } }, equals: 1 }`;
    const text = `name: v\nrules: [{ name: r, if: ${condition}, then: { effect: approve } }]`;
    const kindOf = (a: readonly { readonly b: readonly string[] }[]) => {
      const loaded = load([{ file: "p", text }], openCatalogue());
      if (loaded.kind === "invalid") throw new Error("it should load");
      return evaluate(loaded.compiled, prepare([known({ a })], loaded.compiled.layout, 0)).kind;
    };
    expect(kindOf([{ b: ["x"] }, { b: ["y"] }])).toBe("approve");
    expect(kindOf([{ b: [] }, { b: ["y"] }])).toBe("hold");
    expect(kindOf([{ b: ["x"] }, { b: [] }])).toBe("hold");
    expect(kindOf([])).toBe("hold");
  });
});
