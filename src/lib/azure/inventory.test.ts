import { describe, expect, it } from "vitest";
import { valueOf } from "../estate/read.ts";
import { readArm, type AskOptions } from "./read-arm.ts";
import type { Graph } from "./graph-query.ts";
import { queryServices } from "./inventory.ts";

const group = "/subscriptions/11111111-1111-4111-8111-111111111111/resourceGroups/rg";
const service = (name: string) => `${group}/providers/Microsoft.ApiManagement/service/${name}`;
const connection = (status?: unknown, name = "pe-1") => ({
  id: `${service("a")}/privateEndpointConnections/${name}`,
  properties: { privateLinkServiceConnectionState: { status } },
});

/** The request to Resource Graph, and the result of this answer. */
async function asking(text: string, within: readonly string[] | "all" = "all", limitHit?: string) {
  const asked: { subscriptions?: readonly string[] }[] = [];
  const resources = (request: { subscriptions?: readonly string[] }, { onResponse }: AskOptions) => {
    asked.push(request);
    onResponse({
      status: 200,
      headers: {
        get: (name: string) => (name === "x-ms-tenant-subscription-limit-hit" ? limitHit : undefined),
      },
      bodyAsText: text,
    });
    return Promise.resolve({});
  };
  const graph = { resources } as unknown as Graph;
  return { read: await readArm((ask) => queryServices(ask, graph, { within })), asked };
}

async function page(rows: unknown, rest: object = {}) {
  const { read } = await asking(JSON.stringify({ resultTruncated: "false", data: rows, ...rest }));
  return read;
}
const only = async (row: object) => valueOf(await page([{ id: service("a"), ...row }]))?.items[0];

const endpoint =
  "/subscriptions/22222222-2222-4222-8222-222222222222/resourceGroups/rg/providers/Microsoft.Network/privateEndpoints/pe-one";

describe("a row of the inventory", () => {
  it("has a service's connections with their states", async () => {
    const privateEndpointConnections = [connection("Pending"), connection("approved", "pe-2")];
    expect((await only({ privateEndpointConnections }))?.connections?.map(({ state }) => state)).toEqual([
      "Pending",
      "Approved",
    ]);
    expect((await only({ privateEndpointConnections: [] }))?.connections).toEqual([]);
  });

  it("has the endpoint of each connection, and its last description", async () => {
    const described = {
      ...connection("Pending"),
      properties: {
        privateEndpoint: { id: endpoint },
        privateLinkServiceConnectionState: { status: "Pending", description: "please" },
      },
    };
    expect((await only({ privateEndpointConnections: [described] }))?.connections).toMatchObject([
      { endpointId: endpoint, description: "please" },
    ]);
  });

  it.each([
    ["none at all", null],
    ["something else", "many"],
    ["one without a state", [connection("Pending"), connection()]],
    ["one without an id", [{ properties: { privateLinkServiceConnectionState: { status: "Pending" } } }]],
    [
      "one whose id is a trick",
      [{ ...connection("Pending"), id: `${service("a")}/privateEndpointConnections/..` }],
    ],
    ["one that is null", [null]],
    ["one twice", [connection("Pending"), connection("Approved")]],
    [
      "one of another service",
      [{ ...connection("Pending"), id: `${service("b")}/privateEndpointConnections/p` }],
    ],
  ])("with %s leaves them unknown, not none", async (_, privateEndpointConnections) => {
    const listed = await only({ privateEndpointConnections });
    expect(listed?.id.text).toBe(service("a"));
    expect(listed?.connections).toBeUndefined();
  });

  it("without a service id is only counted", async () => {
    const rows = [{ id: service("a") }, { id: 7 }, null, { id: service("..") }];
    expect(valueOf(await page(rows))).toMatchObject({
      items: [{ id: { text: service("a") } }],
      unreadable: 3,
    });
  });
});

describe("a page of the inventory", () => {
  it.each([
    ["no table", undefined, {}, "empty-answer"],
    ["a table in another form", { columns: [], rows: [] }, {}, "malformed"],
    ["rows that are cut off", [], { resultTruncated: "true" }, "incomplete-list"],
    ["nothing that says whether rows are cut off", [], { resultTruncated: null }, "incomplete-list"],
    ["fewer rows than it counts", [], { count: 1 }, "incomplete-list"],
    ["a token that is none", [], { $skipToken: 7 }, "incomplete-list"],
  ])("with %s is unknown", async (_, rows, rest, reason) => {
    expect(await page(rows, rest)).toEqual({ kind: "unknown", reason });
  });

  it("has the token of the next page", async () => {
    expect(valueOf(await page([], { $skipToken: "t", resultTruncated: "true" }))).toMatchObject({
      next: "t",
    });
    expect(valueOf(await page([]))).toEqual({ items: [], unreadable: 0 });
  });

  it("says that it is limited", async () => {
    const none = JSON.stringify({ resultTruncated: "false", data: [] });
    expect(valueOf((await asking(none, "all", "true")).read)).toMatchObject({ isLimited: true });
    expect(valueOf((await asking(none, "all", "false")).read)).toEqual({ items: [], unreadable: 0 });
  });

  it("is requested for the named subscriptions, or for all if they exceed the limit of a request", async () => {
    const none = JSON.stringify({ resultTruncated: "false", data: [] });
    expect((await asking(none)).asked).toMatchObject([
      { options: { top: 1000, resultFormat: "objectArray" } },
    ]);
    for (const [count, named] of [
      [300, 300],
      [301, undefined],
    ] as const) {
      const within = Array.from({ length: count }, (_, index) => `s${index}`);
      const { asked } = await asking(none, within);
      expect(asked[0]?.subscriptions?.length).toBe(named);
    }
  });
});
