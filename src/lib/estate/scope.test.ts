import { expect, it } from "vitest";
import { subscriptionsOf } from "./scope.ts";

const [one, two, three] = ["1", "2", "3"].map(
  (digit) => `${digit.repeat(8)}-1111-4111-8111-111111111111`,
) as [string, string, string];
const nothing = {
  subscriptions: [],
  resourceGroups: [],
  ids: [],
  managementGroups: [],
  tags: [],
  exclude: [],
};

it("lists each subscription of the resource groups and services of a scope once, without excluded ones", () => {
  const scope = {
    ...nothing,
    subscriptions: [one],
    resourceGroups: [`/subscriptions/${two}/resourcegroups/rg`, `/subscriptions/${one}/resourcegroups/rg`],
    ids: [`/subscriptions/${three}/resourcegroups/rg/providers/microsoft.apimanagement/service/a`],
  };
  expect(subscriptionsOf(scope)).toEqual([one, two, three]);
  expect(subscriptionsOf({ ...scope, exclude: [two] })).toEqual([one, three]);
  expect(subscriptionsOf({ ...nothing, tags: [{ name: "governed" }] })).toEqual([]);
});
