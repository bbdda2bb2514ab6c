import { describe, expect, it } from "vitest";
import { queryServices } from "./inventory.ts";

const group = "/subscriptions/11111111-1111-4111-8111-111111111111/resourceGroups/rg";
const service = (name: string) => `${group}/providers/Microsoft.ApiManagement/service/${name}`;
const connection = (status?: unknown, name = "pe-1") => ({
  id: `${service("a")}/privateEndpointConnections/${name}`,
  properties: { privateLinkServiceConnectionState: { status } },
});
const options = { abortSignal: AbortSignal.timeout(1_000), onResponse: () => {} };

async function page(rows: unknown, rest: object = {}) {
  const asked: unknown[] = [];
  const graph = {
    resources: (request: unknown) => {
      asked.push(request);
      return Promise.resolve({
        totalRecords: 1,
        count: 1,
        resultTruncated: "false" as const,
        data: rows,
        ...rest,
      });
    },
  };
  return { page: await queryServices(graph, "all", undefined, options), asked };
}
const only = async (row: object) => (await page([{ id: service("a"), ...row }])).page?.services[0];

describe("a row of the inventory", () => {
  it("has a service's connections with their states", async () => {
    const connections = [connection("Pending"), connection("Approved", "pe-2")];
    expect((await only({ connections }))?.connections?.map(({ state }) => state)).toEqual([
      "Pending",
      "Approved",
    ]);
    expect((await only({ connections: [] }))?.connections).toEqual([]);
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
  ])("with %s leaves them unknown, which is not none", async (_, connections) => {
    const listed = await only({ connections });
    expect(listed?.id.text).toBe(service("a"));
    expect(listed?.connections).toBeUndefined();
  });

  it("that names no service is counted, and nothing more", async () => {
    const rows = [{ id: service("a") }, { id: 7 }, null, { id: service("..") }];
    expect((await page(rows)).page).toMatchObject({
      services: [{ id: { text: service("a") } }],
      unreadable: 3,
    });
  });
});

describe("a page of the inventory", () => {
  it.each([
    ["no table", undefined, {}],
    ["a table in another form", { columns: [], rows: [] }, {}],
    ["rows that are cut off", [], { resultTruncated: "true" }],
  ])("with %s is none", async (_, rows, rest) => {
    expect((await page(rows, rest)).page).toBeUndefined();
  });

  it("names what to ask the next with", async () => {
    expect((await page([], { skipToken: "t", resultTruncated: "true" })).page).toMatchObject({ next: "t" });
    expect((await page([])).page).toEqual({ services: [], unreadable: 0 });
  });

  it("is asked of the subscriptions named, or of all where they are more than a request may name", async () => {
    const { asked } = await page([]);
    expect(asked).toMatchObject([{ options: { top: 1000, resultFormat: "objectArray" } }]);
    for (const [count, named] of [
      [300, 300],
      [301, undefined],
    ] as const) {
      const requests: { subscriptions?: readonly string[] }[] = [];
      const resources = (request: { subscriptions?: readonly string[] }) => {
        requests.push(request);
        return Promise.resolve({ totalRecords: 0, count: 0, resultTruncated: "false" as const, data: [] });
      };
      await queryServices(
        { resources },
        Array.from({ length: count }, (_, index) => `s${index}`),
        undefined,
        options,
      );
      expect(requests[0]?.subscriptions?.length).toBe(named);
    }
  });
});
