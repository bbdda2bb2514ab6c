import { describe, expect, it } from "vitest";
import { allOf, conditionOf, factsOf, noon, type Given } from "../../../../test/policy/policy-makers.ts";
import { Layout, prepare } from "../language/env.ts";
import { known, unknown } from "../values/fact.ts";
import { FALSE, TRUE, UNKNOWN, type Truth } from "../values/truth.ts";
import { askCondition, diagramOf } from "./decision-diagram-part.ts";
import { firstOf, ruleGroup } from "./rule-group.ts";
import { noRule } from "./rule-index.ts";

const ours = "{ field: requester.tenant, equals: ours }";
const foreign = "{ field: requester.tenant, equals: foreign }";
const inSubscription = (id: string) => `{ field: endpoint.subscriptionId, equals: ${id} }`;
const inGroup = (group: string) => `{ field: requester.managementGroups, contains: ${group} }`;
const at = (range: string) =>
  `{ value: "[ipRangeContains('${range}', field('endpoint.name'))]", equals: true }`;
const unindexed = '{ field: endpoint.name, like: "pe-*" }';

/** A group of rules with these conditions. Whatever the facts are, the rules have the truths, or else are false. */
function groupOf(conditions: readonly string[], truths: Readonly<Record<number, Truth>> = {}) {
  const layout = new Layout();
  const evaluated: number[] = [];
  const rules = conditions.map((text, rank) => {
    const decision = askCondition(() => {
      evaluated.push(rank);
      return truths[rank] ?? FALSE;
    });
    return { if: conditionOf(text), decision: diagramOf(decision) };
  });
  const group = ruleGroup(rules, layout);
  const envOf = (given: Given) => prepare(factsOf(given), layout, noon);
  return { group, evaluated, first: (given: Given) => firstOf(group, envOf(given)) };
}

/** The ranks of the rules that a group evaluates for these facts. */
function evaluatedFor(given: Given, conditions: readonly string[]): number[] {
  const { evaluated, first } = groupOf(conditions);
  expect(first(given)).toBe(noRule);
  return evaluated;
}

describe("a rule group", () => {
  it("indexes a value that three rules restrict", () => {
    const { group } = groupOf([inSubscription("a"), inSubscription("b"), inSubscription("c")]);
    expect(group.always).toEqual([]);
    expect(group.lookups).toHaveLength(1);
  });

  it("indexes no value that fewer rules restrict", () => {
    const { group } = groupOf([inSubscription("a"), inGroup("corp"), inSubscription("b"), inGroup("web")]);
    expect(group.always).toEqual([0, 1, 2, 3]);
    expect(group.lookups).toEqual([]);
  });

  it("indexes each value that three rules restrict", () => {
    const pairs = ["a", "b", "c"].flatMap((name) => [inSubscription(name), inGroup(name)]);
    const { group } = groupOf([...pairs, unindexed]);
    expect(group.always).toEqual([6]);
    expect(group.lookups).toHaveLength(2);
  });
});

describe("a rule group evaluates", () => {
  const facts: Given = {
    "requester.tenant": known("ours"),
    "endpoint.subscriptionId": known("b"),
    "endpoint.name": known("10.1.0.1"),
    "requester.managementGroups": known(["corp", "root"]),
  };
  const many = ["a", "b", "c", "d"];

  it.each<[what: string, conditions: readonly string[], evaluated: number[]]>([
    ["all rules that it does not index", [unindexed, inSubscription("a"), inSubscription("b")], [0, 1, 2]],
    ["of rules about one value those that fit", [...many.map(inSubscription), unindexed], [4, 1]],
    [
      "by the value that tells rules apart, although all are about another one before it",
      many.map((id) => allOf(ours, inSubscription(id))),
      [1],
    ],
    [
      "by the value that tells rules apart, although all are about another one after it",
      many.map((id) => allOf(inSubscription(id), ours)),
      [1],
    ],
    [
      "by the first of two values that tell rules apart equally well",
      many.map((id) => allOf(inSubscription(id), inGroup(id === "d" ? "corp" : id))),
      [1],
    ],
    [
      "by the value of which two rules share a key, rather than by ranges, of which overlaps are not counted",
      ["a", "b", "b", "c"].map((id, index) => allOf(at(`10.${index}.0.0/16`), inSubscription(id))),
      [1, 2],
    ],
    [
      "by the value that each rule has to itself, rather than by a range before it",
      many.map((id) => allOf(at("10.0.0.0/8"), inSubscription(id))),
      [1],
    ],
    [
      "by ranges, rather than by a value that four rules share",
      many.map((_, index) => allOf(ours, at(`10.${index}.0.0/16`))),
      [1],
    ],
    [
      "by a value that four rules share, rather than by a range that seven share",
      [
        ...many.map(() => allOf(at("10.0.0.0/8"), foreign)),
        at("10.0.0.0/8"),
        at("10.0.0.0/8"),
        at("10.0.0.0/8"),
      ],
      [4, 5, 6],
    ],
    [
      "by the key that the fewest rules share, where a rule has several",
      many.map((id) =>
        allOf(`{ field: endpoint.subscriptionId, in: [${id}, x] }`, inGroup(id === "a" ? "corp" : id)),
      ),
      [0],
    ],
  ])("%s", (_, conditions, evaluated) => {
    expect(evaluatedFor(facts, conditions)).toEqual(evaluated);
  });
});

describe("the first rule of a group", () => {
  const conditions = [inSubscription("a"), inSubscription("b"), unindexed, inSubscription("b"), unindexed];
  const facts: Given = { "endpoint.subscriptionId": known("b") };

  it.each<[what: string, truths: Readonly<Record<number, Truth>>, found: number]>([
    ["is the true one of the lowest rank, found by its value", { 1: TRUE, 2: TRUE, 3: TRUE }, 1],
    ["is the true one of the lowest rank, not indexed", { 2: TRUE, 3: TRUE }, 2],
    ["is a true one over an unknown one before it", { 1: UNKNOWN, 2: UNKNOWN, 3: TRUE }, 3],
    ["is the unknown one of the lowest rank, found by its value", { 1: UNKNOWN, 2: UNKNOWN }, noRule - 1 - 1],
    ["is the unknown one of the lowest rank, not indexed", { 2: UNKNOWN, 3: UNKNOWN }, noRule - 1 - 2],
    ["is none where all are false", {}, noRule],
  ])("%s", (_, truths, found) => {
    expect(groupOf(conditions, truths).first(facts)).toBe(found);
  });

  it("is looked for among all rules about a value that is unknown", () => {
    const { first, evaluated } = groupOf(conditions, { 0: UNKNOWN });
    expect(first({ "endpoint.subscriptionId": unknown("forbidden") })).toBe(noRule - 1 - 0);
    expect(evaluated).toEqual([2, 4, 0, 1, 3]);
  });
});
