import { afterEach, beforeEach, expect, it } from "vitest";
import { parseConnectionId, parseServiceId } from "../../../src/lib/azure/resource-id.ts";
import { minuteMs } from "../../../src/lib/clock.ts";
import { reviewService } from "../../../src/lib/connections/review-service.ts";
import { startWorkbench, type Workbench } from "../../workbench.ts";

/** Events that name what does not exist. Anybody can send them, since events are unsigned. */
let bench: Workbench;
beforeEach(async () => {
  bench = await startWorkbench();
});
afterEach(() => bench.stop());

const reads = () => bench.simulator.seen.filter(({ method }) => method === "GET").length;

/** Reviews of connections that nobody made, as events ask for them. */
async function forge(count: number): Promise<void> {
  for (let index = 0; index < count; index++) {
    const id = parseConnectionId(`${bench.orders.id}/privateEndpointConnections/pe-none-${index}`);
    if (id === undefined) throw new Error("not an id");
    expect(await bench.review(id)).toMatchObject({ applied: false });
  }
}

it("a thousand events about connections that do not exist cost twenty reads a minute, and no row", async () => {
  await forge(1_000);
  expect(reads()).toBe(20);
  bench.pass(minuteMs);
  await forge(1_000);
  expect(reads()).toBe(40);
  expect(await bench.unfinished()).toBe(0);
});

it("meanwhile known connections are reviewed at once, and new ones by the next sweep", async () => {
  const known = await bench.ask({ name: "pe-known" });
  await bench.review(known);
  await forge(30);
  const fresh = await bench.ask({ name: "pe-new" });
  expect((await bench.review(fresh)).reason).toContain("the next sweep finds");
  bench.pass(1);
  const before = reads();
  await bench.review(known);
  expect(reads()).toBeGreaterThan(before);
  await bench.calm();
  expect(bench.onAzure(fresh).status).toBe("Approved");
});

it("a person who asks is answered, however many events name nothing", async () => {
  await forge(30);
  const fresh = await bench.ask();
  expect(await bench.review(fresh, "http")).toMatchObject({ applied: true });
});

it("events about services that do not exist cost no more, and a real service is still read", async () => {
  const request = { cause: "event", actor: "event", requestedAt: new Date() } as const;
  await bench.review(await bench.ask());
  for (let index = 0; index < 100; index++) {
    const id = parseServiceId(bench.orders.id.replace("apim-orders", `apim-none-${index}`));
    if (id === undefined) throw new Error("not an id");
    await reviewService(bench.services, id, request);
  }
  const named = bench.simulator.seen.filter(({ path }) => path.includes("apim-none"));
  expect(new Set(named.map(({ path }) => path)).size).toBe(20);
  const before = reads();
  const real = parseServiceId(bench.orders.id);
  if (real !== undefined) await reviewService(bench.services, real, request);
  expect(reads()).toBeGreaterThan(before);
});
