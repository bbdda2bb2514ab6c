import { describe, expect, it } from "vitest";
import { factsOf, noon, type Given } from "../../../../test/policy/policy-makers.ts";
import { Layout, prepare, Unknown } from "../language/env.ts";
import { connectionCatalogue, type Catalogue } from "../language/fields.ts";
import type { Limit, Override, OverrideKind } from "../language/policy.ts";
import { known, unknown, type FactValue } from "../values/fact.ts";
import { maximumOf } from "./limit-override.ts";

const at = { file: "policy.yaml", line: 1, column: 1 } as unknown as Limit["at"];
const override = (kind: OverrideKind, max: number, ...values: string[]): Override => ({
  kind,
  max,
  values,
  at,
});
const limitWith = (overrides: readonly Override[], per?: Limit["per"]): Limit => ({
  name: "l",
  max: 10,
  overrides,
  at,
  ...(per === undefined ? {} : { per }),
});
const maximumFor = (limit: Limit, given: Given) =>
  maximumOf(limit, connectionCatalogue)(prepare(factsOf(given), new Layout(), noon));

const network = override("virtualNetwork", 2, "vnet-a");
const subscription = override("subscription", 4, "sub-a", "sub-b");
const group = override("managementGroup", 20, "corp");
const inSubscription = (id: string): Given => ({ "endpoint.subscriptionId": known(id) });
const inGroups = (...groups: FactValue[]): Given => ({ "requester.managementGroups": known(groups) });
const unsure = unknown("forbidden");
const forbidden = new Unknown("forbidden");

describe("the maximum is", () => {
  it.each<[what: string, overrides: readonly Override[], given: Given, max: number]>([
    ["the limit's own without overrides", [], inSubscription("sub-a"), 10],
    ["the limit's own where no override fits", [subscription, group], inSubscription("sub-x"), 10],
    ["that of a subscription, in any case", [group, subscription], inSubscription("SUB-B"), 4],
    [
      "that of the nearest group that has one",
      [override("managementGroup", 3, "web"), group],
      inGroups("x", "Corp", "web"),
      20,
    ],
    [
      "that of a network over that of its subscription",
      [subscription, network],
      { ...inSubscription("sub-a"), "endpoint.virtualNetwork.id": known("vnet-a") },
      2,
    ],
    [
      "that of a subscription over that of its group",
      [group, subscription],
      { ...inSubscription("sub-a"), ...inGroups("corp") },
      4,
    ],
    ["the limit's own where groups have no name", [group], inGroups(null, 1, { corp: "A" }), 10],
    ["the limit's own where the fact is absent", [group, subscription, network], {}, 10],
    [
      "that of an override that fits, whatever a fact is that no override names",
      [subscription],
      {
        ...inSubscription("sub-a"),
        "endpoint.virtualNetwork.id": unsure,
        "requester.managementGroups": unsure,
      },
      4,
    ],
    [
      "the limit's own, whatever a fact is of which an override names no value",
      [override("subscription", 4), group],
      { "endpoint.subscriptionId": unsure },
      10,
    ],
    [
      "that of a more specific override, whatever a less specific one depends on",
      [group, subscription],
      { ...inSubscription("sub-a"), "requester.managementGroups": unsure },
      4,
    ],
  ])("%s", (_, overrides, given, max) => {
    expect(maximumFor(limitWith(overrides), given)).toBe(max);
  });
});

describe("the maximum of a limit per tag is", () => {
  const teams = [override("tagValue", 3, "web"), subscription];
  const perTeam = limitWith(teams, { kind: "tag", tag: "team" });

  it.each<[what: string, given: Given, max: number]>([
    ["that of the tag's value", { "requester.subscriptionTags": known({ Team: "WEB", other: "x" }) }, 3],
    [
      "the limit's own for another value of the tag",
      { "requester.subscriptionTags": known({ team: "api" }) },
      10,
    ],
    ["the limit's own for another tag", { "requester.subscriptionTags": known({ other: "web" }) }, 10],
    ["that of a subscription, which is no tag", inSubscription("sub-a"), 4],
  ])("%s", (_, given, max) => {
    expect(maximumFor(perTeam, given)).toBe(max);
  });

  it("the limit's own where it is no limit per tag", () => {
    expect(maximumFor(limitWith(teams), { "requester.subscriptionTags": known({ team: "web" }) })).toBe(10);
  });
});

describe("while the fact that selects an override is unknown, the maximum is between", () => {
  const subscriptions = [8, 4, 30, 5].map((max, index) => override("subscription", max, `sub-${index}`));
  const [inNetwork, inGroup] = [
    { "endpoint.virtualNetwork.id": unsure },
    { "requester.managementGroups": unsure },
  ];
  const bySubscription = "endpoint.subscriptionId";
  const byNetwork = "endpoint.virtualNetwork.id";

  it.each<
    [
      what: string,
      overrides: readonly Override[],
      given: Given,
      range: [least: number, most: number, field: string],
    ]
  >([
    [
      "the least and the greatest of its overrides",
      subscriptions,
      { [bySubscription]: unsure },
      [4, 30, bySubscription],
    ],
    [
      "its overrides and the limit's own",
      [subscription],
      { [bySubscription]: unsure },
      [4, 10, bySubscription],
    ],
    [
      "its overrides and a less specific one that fits",
      [subscription, group],
      { [bySubscription]: unsure, ...inGroups("corp") },
      [4, 20, bySubscription],
    ],
    [
      "its overrides and a smaller one that fits",
      [network, override("subscription", 1, "sub-a")],
      { ...inNetwork, ...inSubscription("sub-a") },
      [1, 2, byNetwork],
    ],
    [
      "all that are unknown, named by the most specific",
      [network, group],
      { ...inNetwork, ...inGroup },
      [2, 20, byNetwork],
    ],
  ])("%s", (_, overrides, given, [least, most, field]) => {
    expect(maximumFor(limitWith(overrides), given)).toEqual({ least, most, field, unknown: forbidden });
  });
});

it("overrides need a catalogue that has their fields", () => {
  const without: Catalogue = { ...connectionCatalogue, resolve: () => ({ problem: "there are no fields" }) };
  expect(() => maximumOf(limitWith([subscription]), without)).toThrow(
    "overrides need the field endpoint.subscriptionId",
  );
});
