import { describe, expect, it } from "vitest";
import { factsOf, noon, type Given } from "../../../../test/policy/policy-makers.ts";
import { Layout, prepare, Unknown } from "../language/env.ts";
import { connectionCatalogue, type Catalogue } from "../language/fields.ts";
import type { Limit } from "../language/policy.ts";
import { known, unknown, type FactValue } from "../values/fact.ts";
import { compileLimit } from "./limit.ts";

const at = { file: "policy.yaml", line: 1, column: 1 } as unknown as Limit["at"];
const limitOf = (more: Partial<Limit> = {}): Limit => ({ name: "l", max: 2, overrides: [], at, ...more });
const statusOf = (limit: Limit, given: Given) =>
  compileLimit(limit, connectionCatalogue).status(prepare(factsOf(given), new Layout(), noon));
const free = { kind: "free" };
const unknownOf = (field: string, reason: Unknown["reason"] = "forbidden") => ({
  kind: "unknown",
  field,
  unknown: new Unknown(reason),
});
const unsure = unknown("forbidden");

describe("a limit in total", () => {
  const inTotal = limitOf();

  it.each<[what: string, given: Given, status: unknown]>([
    ["is free with a place left", { "counts.approved": known(1) }, free],
    ["is reached with none left", { "counts.approved": known(2) }, { kind: "reached", approved: 2, max: 2 }],
    [
      "is free for one of those that are counted",
      { "counts.approved": known(2), "connection.state": known("Approved") },
      free,
    ],
    [
      "is reached for one of too many",
      { "counts.approved": known(3), "connection.state": known("Approved") },
      { kind: "reached", approved: 3, max: 2 },
    ],
    ["is unknown where the count is", { "counts.approved": unsure }, unknownOf("counts.approved")],
    ["is unknown where there is no count", {}, unknownOf("counts.approved", "empty-answer")],
    [
      "is unknown where the count is no number",
      { "counts.approved": known("1") },
      unknownOf("counts.approved", "empty-answer"),
    ],
  ])("%s", (_, given, status) => {
    expect(statusOf(inTotal, given)).toEqual(status);
  });

  it("is unknown, free or reached by both bounds of its maximum", () => {
    const overrides = [{ kind: "subscription", values: ["a"], max: 4, at }] as const;
    const statusWith = (count: number) =>
      statusOf(limitOf({ overrides }), {
        "counts.approved": known(count),
        "endpoint.subscriptionId": unsure,
      });
    expect([1, 2, 3, 4].map(statusWith)).toEqual([
      free,
      unknownOf("endpoint.subscriptionId"),
      unknownOf("endpoint.subscriptionId"),
      { kind: "reached", approved: 4, max: 4 },
    ]);
  });
});

describe("a limit per tag", () => {
  const perTeam = limitOf({ per: { kind: "tag", tag: "team" } });
  const tagged = (tags: FactValue, count: FactValue): Given => ({
    "requester.subscriptionTags": known(tags),
    "counts.fromSubscriptionTag": known({ team: count }),
  });
  const untagged = { kind: "untagged", field: "requester.subscriptionTags['team']" };

  it.each<[what: string, given: Given, status: unknown]>([
    ["counts those with the tag", tagged({ Team: "web" }, 2), { kind: "reached", approved: 2, max: 2 }],
    ["is free with a place left", tagged({ team: "web" }, 1), free],
    ["says that the tag is missing", tagged({ other: "web" }, 0), untagged],
    ["says that the tag is missing where it is empty", tagged({ team: "" }, 0), untagged],
    ["says that the tag is missing where it is null", tagged({ team: null }, 0), untagged],
    [
      "says that the tag is missing where there are no tags",
      { "counts.fromSubscriptionTag": known({}) },
      untagged,
    ],
    [
      "is unknown where the tags are",
      { ...tagged({}, 0), "requester.subscriptionTags": unsure },
      unknownOf("requester.subscriptionTags"),
    ],
    [
      "is unknown where its count is missing",
      { ...tagged({ team: "web" }, 0), "counts.fromSubscriptionTag": known({}) },
      unknownOf("counts.fromSubscriptionTag", "empty-answer"),
    ],
  ])("%s", (_, given, status) => {
    expect(statusOf(perTeam, given)).toEqual(status);
  });
});

describe("a limit of one management group", () => {
  const ofCorp = limitOf({ managementGroup: "Corp" });
  const counts = known({ corp: 2 });

  it.each<[what: string, groups: Given["requester.managementGroups"], status: unknown]>([
    ["is reached for a member", known(["web", "CORP"]), { kind: "reached", approved: 2, max: 2 }],
    ["is free for others", known(["web"]), free],
    ["is free for whoever is in no group", known([]), free],
    ["is free where groups have no name", known([null, 1]), free],
    ["is free where there are no groups", known(null), free],
    ["is unknown where the groups are", unsure, unknownOf("requester.managementGroups")],
  ])("%s", (_, groups, status) => {
    const given = { "requester.managementGroups": groups, "counts.fromManagementGroup": counts } as Given;
    expect(statusOf(ofCorp, given)).toEqual(status);
  });
});

describe("a limit per management group", () => {
  const overrides = [{ kind: "managementGroup", values: ["root"], max: 9, at }] as const;
  const perGroup = limitOf({ per: { kind: "managementGroups" }, overrides });
  const inGroups = (groups: FactValue, counts: FactValue): Given => ({
    "requester.managementGroups": known(groups),
    "counts.fromManagementGroup": known(counts),
  });

  it.each<[what: string, given: Given, status: unknown]>([
    ["is free with a place left in each", inGroups(["corp", "Root"], { corp: 1, root: 8 }), free],
    [
      "is reached by any, with its own maximum",
      inGroups(["corp", "Root"], { corp: 1, root: 9 }),
      { kind: "reached", approved: 9, max: 9, group: "Root" },
    ],
    [
      "is reached by one although the count of another before it is missing",
      inGroups(["corp", "web"], { web: 2 }),
      { kind: "reached", approved: 2, max: 2, group: "web" },
    ],
    [
      "is unknown where a count is missing and none is reached",
      inGroups(["corp", "web"], { corp: 0 }),
      unknownOf("counts.fromManagementGroup", "empty-answer"),
    ],
    [
      "is unknown where the count of one before others is missing",
      inGroups(["corp", "web"], { web: 0 }),
      unknownOf("counts.fromManagementGroup", "empty-answer"),
    ],
    [
      "is unknown where the counts are",
      { ...inGroups(["corp"], {}), "counts.fromManagementGroup": unsure },
      unknownOf("counts.fromManagementGroup"),
    ],
    [
      "is unknown where the groups are",
      { ...inGroups([], {}), "requester.managementGroups": unsure },
      unknownOf("requester.managementGroups"),
    ],
    ["is free for whoever is in no group", inGroups([], {}), free],
    ["is free where there are no groups", inGroups(null, {}), free],
  ])("%s", (_, given, status) => {
    expect(statusOf(perGroup, given)).toEqual(status);
  });

  it("is free for one of those that are counted", () => {
    const given = inGroups(["corp"], { corp: 2 });
    expect(statusOf(perGroup, given).kind).toBe("reached");
    expect(statusOf(perGroup, { ...given, "connection.state": known("Approved") })).toEqual(free);
  });
});

it.each<[per: NonNullable<Limit["per"]>, field: keyof Given]>([
  [{ kind: "subscription" }, "counts.fromSubscription"],
  [{ kind: "virtualNetwork" }, "counts.fromVirtualNetwork"],
])("a limit %j counts %s", (per, field) => {
  const limit = limitOf({ per });
  expect(statusOf(limit, { [field]: known(2) })).toEqual({ kind: "reached", approved: 2, max: 2 });
  expect(statusOf(limit, { [field]: known(1) })).toEqual(free);
});

it("a limit needs a catalogue that has its fields", () => {
  const without: Catalogue = { ...connectionCatalogue, resolve: () => ({ problem: "there are no fields" }) };
  expect(() => compileLimit(limitOf(), without)).toThrow("limits need the field connection.state");
});
