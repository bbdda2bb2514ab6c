import { afterEach, beforeEach, expect, it } from "vitest";
import type { ConnectionId } from "../../../src/lib/azure/resource-id.ts";
import { minuteMs } from "../../../src/lib/clock.ts";
import { reviewService } from "../../../src/lib/connections/review-service.ts";
import { subscriptions } from "../../../simulator/estate/estate.ts";
import { startWorkbench, type Workbench } from "../../workbench.ts";

/** Repeated events about what exists. Anybody can send them, since events are unsigned. */
let bench: Workbench;
beforeEach(async () => {
  bench = await startWorkbench();
});
afterEach(() => bench.stop());

const serviceReads = () =>
  bench.simulator.seen.filter(({ method, path }) => method === "GET" && /\/apim-orders(\?|$)/i.test(path))
    .length;
const event = () => ({ cause: "event", actor: "event", requestedAt: bench.services.clock.now() }) as const;

/** Events about the service of a connection, one after the other. */
async function forge({ service }: ConnectionId, count: number): Promise<void> {
  for (let index = 0; index < count; index++) {
    bench.pass(1);
    await reviewService(bench.services, service, event());
  }
}

it("a thousand events that arrived before a service was read cost that one read", async () => {
  const id = await bench.ask();
  const request = event();
  bench.pass(1);
  await reviewService(bench.services, id.service, request);
  const reads = bench.simulator.seen.length;
  for (let index = 0; index < 1_000; index++) await reviewService(bench.services, id.service, request);
  expect(bench.simulator.seen.length).toBe(reads);
});

it("a thousand events about a service cost twenty reviews a minute, and the sweep finds what they would have", async () => {
  const id = await bench.ask();
  await bench.review(id);
  const before = serviceReads();
  await forge(id, 20);
  const each = (serviceReads() - before) / 20;
  expect(each).toBeGreaterThan(0);
  await forge(id, 1_000);
  expect(serviceReads() - before).toBe(20 * each);
  const fresh = await bench.ask({ name: "pe-new" });
  await forge(id, 1);
  expect(bench.onAzure(fresh).status).toBe("Pending");
  await bench.calm();
  expect(bench.onAzure(fresh).status).toBe("Approved");
  bench.pass(minuteMs);
  const then = serviceReads();
  await forge(id, 1_000);
  expect(serviceReads() - then).toBe(20 * each);
});

it("a thousand events about a held connection cost ten reviews a minute, and other connections none", async () => {
  const [held, other] = [
    await bench.ask({ token: "partner", subscriptionId: subscriptions.partner }),
    await bench.ask(),
  ];
  const reviews = async (id: ConnectionId, count: number) => {
    const before = bench.simulator.seen.length;
    for (let index = 0; index < count; index++) {
      bench.pass(1);
      await bench.review(id);
    }
    return bench.simulator.seen.length - before;
  };
  await bench.review(held);
  expect(bench.onAzure(held).status).toBe("Pending");
  expect(await reviews(held, 10)).toBeGreaterThanOrEqual(10);
  expect(await reviews(held, 1_000)).toBe(0);
  expect(await bench.review(held)).toMatchObject({
    reason: "it had many events within a minute; the next sweep reviews it",
  });
  expect(await bench.review(other)).toMatchObject({ applied: true });
  expect(await bench.review(held, "http")).toMatchObject({ verdict: "hold" });
  bench.pass(minuteMs);
  expect(await reviews(held, 1)).toBeGreaterThan(0);
});

it("a connection whose events were refused is reviewed by the next sweep, though its hold is not due", async () => {
  const id = await bench.ask({ token: "partner", subscriptionId: subscriptions.partner });
  await bench.review(id);
  await bench.follow(await bench.sweep());
  expect((await bench.sweep()).due.map(({ text }) => text)).not.toContain(id.text);
  for (let index = 0; index < 11; index++) {
    bench.pass(1);
    await bench.review(id);
  }
  expect((await bench.sweep()).due.map(({ text }) => text)).toContain(id.text);
});

it("an event that could not be worked off is worked off when it comes again", async () => {
  const id = await bench.ask();
  const { ledger } = bench.services;
  const request = event();
  bench.pass(10);
  const find = () => Promise.reject(new Error("the table does not answer"));
  const broken = { ...bench.services, ledger: { ...ledger, find } };
  await expect(reviewService(broken, id.service, request)).rejects.toThrow("the table does not answer");
  expect(await reviewService(bench.services, id.service, request)).toHaveLength(1);
});

it("a sweep, which leaves out what is not due, does not answer an event", async () => {
  const id = await bench.ask({ token: "partner", subscriptionId: subscriptions.partner });
  await bench.review(id);
  const request = event();
  bench.pass(10);
  await reviewService(bench.services, id.service, { ...event(), cause: "sweep" });
  bench.pass(10);
  expect(await reviewService(bench.services, id.service, request)).toHaveLength(1);
});
