import { describe, expect, it } from "vitest";
import { mapRead, valueOf } from "../estate/read.ts";
import { subscriptionIn } from "../estate/subscription.ts";
import { readArm, type AskOptions } from "./read-arm.ts";
import type { Graph } from "./graph-query.ts";
import { querySubscriptions } from "./subscriptions.ts";

const id = "11111111-1111-4111-8111-111111111111";
const row = {
  subscriptionId: id.toUpperCase(),
  name: "Landing zone",
  state: "enabled",
  groups: [{ name: "corp" }, { name: "contoso" }, { name: "corp" }],
  tags: { owner: "ana" },
};

/** The subscriptions in one page of Resource Graph. */
const among = async (...rows: readonly object[]) => valueOf(await asked(rows))?.byId;

function asked(rows: readonly object[], limitHit?: string) {
  const resources = (_: object, { onResponse }: AskOptions) => {
    const bodyAsText = JSON.stringify({ resultTruncated: "false", data: rows });
    onResponse({ status: 200, headers: { get: () => limitHit }, bodyAsText });
    return Promise.resolve({});
  };
  const graph = { resources } as unknown as Graph;
  return readArm((ask) => querySubscriptions(ask, graph, "all"));
}

describe("a subscription in Resource Graph", () => {
  it("has a name, a state, tags, and the management groups above it, each once", async () => {
    expect(await among(row)).toEqual(
      new Map([
        [
          id,
          {
            name: "Landing zone",
            state: "Enabled",
            managementGroups: ["corp", "contoso"],
            tags: { owner: "ana" },
          },
        ],
      ]),
    );
  });

  // Who may not read the groups gets null. Every subscription is in one, so that none would be a lie.
  it.each([
    ["null for a chain of management groups", { groups: null }],
    ["an empty chain", { groups: [] }],
    ["no chain", { groups: undefined }],
    ["a chain with a group that has no name", { groups: [{ name: "corp" }, { name: null }] }],
    ["a chain that is text", { groups: "corp" }],
    ["no name", { name: null }],
    ["no id", { subscriptionId: null }],
  ])("that shows %s is unknown, and the others are not", async (_, change) => {
    const other = "22222222-2222-4222-8222-222222222222";
    const found = await among({ ...row, ...change }, { ...row, subscriptionId: other });
    expect([...(found?.keys() ?? [])]).toEqual([other]);
  });

  it("may lack tags and a state, which are then unknown", async () => {
    const found = await among({ ...row, tags: null, state: null });
    expect(found?.get(id)).toEqual({ name: "Landing zone", managementGroups: ["corp", "contoso"] });
  });

  it("that is missing is not said to be hidden where Resource Graph leaves some out", async () => {
    const missing = "22222222-2222-4222-8222-222222222222";
    const reasonOf = async (limitHit?: string) => {
      const read = mapRead(await asked([row], limitHit), (found) => ({ at: new Date(0), ...found }));
      return subscriptionIn(read, missing);
    };
    expect(await reasonOf()).toEqual({ kind: "unknown", reason: "not-found" });
    expect(await reasonOf("True")).toEqual({ kind: "unknown", reason: "incomplete-list" });
  });
});
