import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { healthDetails } from "../../src/functions/health.ts";
import { smallEstate, subscriptions } from "../../simulator/estate/estate.ts";
import { generatedEstate } from "../../simulator/estate/generate.ts";
import { startWorkbench, type Workbench } from "../workbench.ts";

/** Which governed subscriptions have no system topic, as sweeps find out and `health/details` shows. */
const hour = 60 * 60_000;
const { platform } = subscriptions;
const refusal = { status: 403, body: { error: { code: "AuthorizationFailed", message: "no" } } };

let bench: Workbench;
beforeEach(async () => {
  bench = await startWorkbench();
});
afterEach(() => bench.stop());

async function eventPaths(of: Workbench = bench): Promise<unknown> {
  const config = { mode: "enforce", warnings: [] } as unknown as Parameters<
    typeof healthDetails
  >[0]["config"];
  const details = healthDetails({ ...of.services, config, addressProblems: [] });
  const { jsonBody } = await details({
    url: "http://localhost/api/health/details",
    query: new URLSearchParams(),
  });
  return (jsonBody as { eventPaths: unknown }).eventPaths;
}

const topicQueries = () => bench.simulator.seen.filter(({ path }) => path.endsWith("/resources")).length;

describe("the event paths", () => {
  it("are null before the first sweep", async () => {
    expect(await eventPaths()).toBeNull();
  });

  it("are complete where every governed subscription has a system topic", async () => {
    await bench.sweep();
    expect(await eventPaths()).toEqual({
      readAt: "2026-11-24T08:00:00.000Z",
      subscriptions: 1,
      missing: [],
      missingCount: 0,
      unknown: null,
    });
  });

  it("name a governed subscription without one, and are read again only after an hour", async () => {
    bench.simulator.world.systemTopics.clear();
    await bench.sweep();
    expect(await eventPaths()).toMatchObject({ missing: [platform], missingCount: 1 });
    const [topic] = smallEstate().systemTopics;
    if (topic !== undefined) bench.simulator.world.systemTopics.set(...topic);
    const before = topicQueries();
    bench.pass(hour - 1);
    await bench.sweep();
    // The inventory alone was queried.
    expect(topicQueries()).toBe(before + 1);
    expect(await eventPaths()).toMatchObject({ missing: [platform] });
    bench.pass(1);
    await bench.sweep();
    expect(topicQueries()).toBe(before + 3);
    expect(await eventPaths()).toMatchObject({ missing: [], missingCount: 0 });
  });

  it("are unknown, and not complete, where the topics cannot be read", async () => {
    await bench.sweep();
    bench.pass(hour);
    bench.simulator.faults.add({
      method: "POST",
      path: "/microsoft.resourcegraph/",
      // After the inventory.
      after: 1,
      does: { kind: "answer", answer: refusal },
    });
    await bench.sweep();
    expect(await eventPaths()).toEqual({
      readAt: "2026-11-24T09:00:00.000Z",
      subscriptions: 1,
      missing: null,
      missingCount: null,
      unknown: "forbidden",
    });
  });

  it("stay as they were while the inventory cannot be read to its end", async () => {
    bench.simulator.faults.add({
      method: "POST",
      path: "/microsoft.resourcegraph/",
      does: { kind: "answer", answer: refusal },
    });
    await bench.sweep();
    expect(await eventPaths()).toBeNull();
  });

  it("name the first 50, and count all", async () => {
    const size = { services: 60, subscriptions: 60, pending: 0, approved: 0, seed: 1 };
    const large = await startWorkbench(generatedEstate(size));
    try {
      const everywhere = large.under({ scope: { subscriptions: [], tags: [{ name: "owner" }] } });
      await everywhere.sweep();
      const found = (await eventPaths(everywhere)) as { missing: string[]; missingCount: number };
      expect(found).toMatchObject({ subscriptions: 60, missingCount: 60 });
      expect(found.missing).toHaveLength(50);
      expect(new Set(found.missing).size).toBe(50);
    } finally {
      await large.stop();
    }
  });
});
