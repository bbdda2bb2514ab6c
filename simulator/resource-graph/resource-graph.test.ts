import { afterEach, describe, expect, it } from "vitest";
import { minuteMs } from "../clock.ts";
import { generatedEstate, landingZones, requestConnection } from "../estate/generate.ts";
import { seeded } from "../random.ts";
import { startSimulator, type Simulator } from "../server.ts";

let simulator: Simulator;
afterEach(() => simulator.stop());

const size = { services: 250, subscriptions: 4, pending: 3, approved: 5, seed: 1 };
const start = async (estate = generatedEstate(size)) => {
  simulator = await startSimulator(estate);
};
const query =
  "resources | where type =~ 'microsoft.apimanagement/service' | project id, name, c = properties.privateEndpointConnections | order by id asc";

interface Page {
  readonly status: number;
  readonly limitHit: string | null;
  readonly totalRecords: number;
  readonly count: number;
  readonly resultTruncated: string;
  readonly $skipToken?: string;
  readonly data: readonly {
    readonly id?: string;
    readonly name: string;
    readonly c: readonly unknown[] | null;
  }[];
  readonly error?: { readonly code: string };
}

async function ask(body: object, token = "simulated"): Promise<Page> {
  const url = `${simulator.url}/providers/Microsoft.ResourceGraph/resources?api-version=2024-04-01`;
  const headers = { authorization: `Bearer ${token}` };
  const response = await fetch(url, { method: "POST", headers, body: JSON.stringify(body) });
  const limitHit = response.headers.get("x-ms-tenant-subscription-limit-hit");
  return {
    status: response.status,
    limitHit,
    ...((await response.json()) as Omit<Page, "status" | "limitHit">),
  };
}

describe("Resource Graph", () => {
  it("pages through rows that have an id, by default a hundred at a time", async () => {
    await start();
    const first = await ask({ query });
    expect(first).toMatchObject({ totalRecords: 250, count: 100, resultTruncated: "false" });
    const second = await ask({ query, options: { $top: 120, $skipToken: first.$skipToken } });
    const third = await ask({ query, options: { $top: 1000, $skipToken: second.$skipToken } });
    expect([second.count, third.count, third.$skipToken]).toEqual([120, 30, undefined]);
    const names = [first, second, third].flatMap(({ data }) => data.map(({ name }) => name));
    expect(new Set(names).size).toBe(250);
    const ids = [first, second, third].flatMap(({ data }) => data.map(({ id }) => id?.toLowerCase() ?? ""));
    expect(ids).toEqual(ids.toSorted());
  });

  it("truncates the result if rows have no id", async () => {
    await start();
    const answer = await ask({ query: "resources | project name" });
    expect(answer).toMatchObject({ count: 100, resultTruncated: "true" });
    expect(answer.$skipToken).toBeUndefined();
  });

  it("leaves out rows that the caller may not read, and rows outside the query's scope", async () => {
    await start();
    const host = [...simulator.world.subscriptions.keys()].find((id) => !landingZones.includes(id)) ?? "";
    expect(await ask({ query, subscriptions: [host] })).toMatchObject({ totalRecords: 63 });
    const app = simulator.world.principals.get("simulated");
    app?.assignments.splice(0, 9, { scope: `/subscriptions/${host}`, actions: ["*"] });
    expect(await ask({ query })).toMatchObject({ totalRecords: 63 });
    expect(
      await ask({ query: "resourcecontainers | project id, name", managementGroups: ["contoso"] }),
    ).toMatchObject({
      totalRecords: 1,
    });
    expect((await ask({ query }, "nobody")).status).toBe(401);
  });

  it("refuses a query outside the simulated language, and an unknown skip token", async () => {
    await start();
    expect(await ask({ query: "resources | count" })).toMatchObject({
      status: 400,
      error: { code: "BadRequest" },
    });
    expect(await ask({ query, options: { $skipToken: "x" } })).toMatchObject({ status: 400 });
  });

  it("can be frozen, and can leave out rows and properties", async () => {
    await start();
    const services = [...simulator.world.services.values()];
    const of = async (name: string) =>
      (await ask({ query, options: { $top: 1000 } })).data.find((row) => row.name === name)?.c;
    const [one] = services;
    if (one === undefined) throw new Error("no service");
    const before = (await of(one.name))?.length ?? 0;
    simulator.graph.freeze();
    requestConnection(simulator.world, services, 0, { status: "Pending", random: seeded(4) });
    expect((await of(one.name)) ?? []).toHaveLength(before);
    simulator.graph.thaw();
    expect(await of(one.name)).toHaveLength(before + 1);
    simulator.graph.withhold("privateEndpointConnections");
    expect(await of(one.name)).toBeNull();
    simulator.graph.hide(one.id);
    expect(await of(one.name)).toBeUndefined();
    simulator.graph.clear();
    expect(await of(one.name)).toHaveLength(before + 1);
  });

  it("answers for the first subscriptions alone if the caller may read too many, and says so on each page", async () => {
    await start();
    simulator.graph.limitSubscriptions(2);
    const first = await ask({ query });
    const next = await ask({ query, options: { $skipToken: first.$skipToken } });
    expect([first.totalRecords, first.limitHit, next.limitHit]).toEqual([126, "true", "true"]);
    const named = [...simulator.world.subscriptions.keys()].slice(2, 4);
    expect(await ask({ query, subscriptions: named })).toMatchObject({ totalRecords: 124, limitHit: null });
    simulator.graph.clear();
    expect(await ask({ query })).toMatchObject({ totalRecords: 250, limitHit: null });
  });

  it("lags behind by the configured time", async () => {
    simulator = await startSimulator(generatedEstate({ ...size, services: 1, pending: 0, approved: 0 }), {
      graphLagMs: minuteMs,
    });
    const shown = async () => (await ask({ query })).data[0]?.c?.length ?? 0;
    requestConnection(simulator.world, [...simulator.world.services.values()], 0, {
      status: "Pending",
      random: seeded(4),
    });
    simulator.advance(30_000);
    expect(await shown()).toBe(0);
    simulator.advance(minuteMs);
    expect(await shown()).toBe(1);
  });

  it("accepts fifteen queries in five seconds", async () => {
    await start();
    const statuses: number[] = [];
    for (let times = 0; times < 17; times++) statuses.push((await ask({ query })).status);
    expect(statuses).toEqual([...Array.from({ length: 15 }, () => 200), 429, 429]);
    simulator.advance(5_000);
    expect((await ask({ query })).status).toBe(200);
  });
});

describe("a generated estate", () => {
  it("is the same for the same size and seed, and differs for another seed", async () => {
    await start();
    const shape = (seed: number) =>
      JSON.stringify(
        [...generatedEstate({ ...size, seed }).services.values()].map(({ name, connections }) => [
          name,
          ...[...connections.values()].map(({ id, status, endpointId }) => [id, status, endpointId]),
        ]),
      );
    expect(shape(1)).toBe(shape(1));
    expect(shape(1)).not.toBe(shape(2));
  });

  it("has the requested numbers of services, subscriptions and connections", async () => {
    await start();
    const { services, endpoints } = simulator.world;
    const statuses = [...services.values()].flatMap(({ connections }) =>
      [...connections.values()].map(({ status }) => status),
    );
    expect(services.size).toBe(250);
    expect(statuses.toSorted()).toEqual([
      ...Array.from({ length: 5 }, () => "Approved"),
      ...Array.from({ length: 3 }, () => "Pending"),
    ]);
    expect(endpoints.size).toBe(8);
    expect(new Set([...services.values()].map(({ subscriptionId }) => subscriptionId)).size).toBe(4);
  });
});
