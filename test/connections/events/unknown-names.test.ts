import { afterEach, beforeEach, expect, it } from "vitest";
import { parseConnectionId, parseServiceId } from "../../../src/lib/azure/resource-id.ts";
import { minuteMs } from "../../../src/lib/clock.ts";
import { reviewService } from "../../../src/lib/connections/review-service.ts";
import { startWorkbench, type Workbench } from "../../workbench.ts";

/** Events that name what does not exist. Anybody can send them, since events are unsigned. */
let workbench: Workbench;
beforeEach(async () => {
  workbench = await startWorkbench();
});
afterEach(() => workbench.stop());

const reads = () => workbench.simulator.seen.filter(({ method }) => method === "GET").length;

/** Reviews of connections that nobody made, as events ask for them. */
async function forge(count: number): Promise<void> {
  for (let index = 0; index < count; index++) {
    const id = parseConnectionId(`${workbench.orders.id}/privateEndpointConnections/pe-none-${index}`);
    if (id === undefined) throw new Error("not an id");
    expect(await workbench.review(id)).toMatchObject({ applied: false });
  }
}

it("a thousand events about connections that do not exist cost twenty reads a minute, and no row", async () => {
  await forge(1_000);
  expect(reads()).toBe(20);
  workbench.pass(minuteMs);
  await forge(1_000);
  expect(reads()).toBe(40);
  expect(await workbench.unfinished()).toBe(0);
});

it("meanwhile known connections are reviewed at once, and new ones by the next sweep", async () => {
  const known = await workbench.ask({ name: "pe-known" });
  await workbench.review(known);
  await forge(30);
  const fresh = await workbench.ask({ name: "pe-new" });
  expect((await workbench.review(fresh)).reason).toContain("the next sweep finds");
  workbench.pass(1);
  const before = reads();
  await workbench.review(known);
  expect(reads()).toBeGreaterThan(before);
  await workbench.calm();
  expect(workbench.onAzure(fresh).status).toBe("Approved");
});

it("a person who asks is answered, however many events name nothing", async () => {
  await forge(30);
  const fresh = await workbench.ask();
  expect(await workbench.review(fresh, "http")).toMatchObject({ applied: true });
});

it("events about services that do not exist cost no more, and a real service is still read", async () => {
  const request = { cause: "event", actor: "event", requestedAt: new Date() } as const;
  await workbench.review(await workbench.ask());
  for (let index = 0; index < 100; index++) {
    const id = parseServiceId(workbench.orders.id.replace("apim-orders", `apim-none-${index}`));
    if (id === undefined) throw new Error("not an id");
    await reviewService(workbench.services, id, request);
  }
  const named = workbench.simulator.seen.filter(({ path }) => path.includes("apim-none"));
  expect(new Set(named.map(({ path }) => path)).size).toBe(20);
  const before = reads();
  const real = parseServiceId(workbench.orders.id);
  if (real !== undefined) await reviewService(workbench.services, real, request);
  expect(reads()).toBeGreaterThan(before);
});
