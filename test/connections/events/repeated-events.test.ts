import { afterEach, beforeEach, expect, it } from "vitest";
import type { ConnectionId } from "../../../src/lib/azure/resource-id.ts";
import { minuteMs } from "../../../src/lib/clock.ts";
import { reviewService } from "../../../src/lib/connections/review-service.ts";
import { subscriptions } from "../../../simulator/estate/estate.ts";
import { startWorkbench, type Workbench } from "../../workbench.ts";

/** Repeated events about what exists. Anybody can send them, since events are unsigned. */
let workbench: Workbench;
beforeEach(async () => {
  workbench = await startWorkbench();
});
afterEach(() => workbench.stop());

const serviceReads = () =>
  workbench.simulator.seen.filter(({ method, path }) => method === "GET" && /\/apim-orders(\?|$)/i.test(path))
    .length;
const event = () =>
  ({ cause: "event", actor: "event", requestedAt: workbench.services.clock.now() }) as const;

/** Events about the service of a connection, one after the other. */
async function forge({ service }: ConnectionId, count: number): Promise<void> {
  for (let index = 0; index < count; index++) {
    workbench.pass(1);
    await reviewService(workbench.services, service, event());
  }
}

it("a thousand events that arrived before a service was read cost that one read", async () => {
  const id = await workbench.ask();
  const request = event();
  workbench.pass(1);
  await reviewService(workbench.services, id.service, request);
  const reads = workbench.simulator.seen.length;
  for (let index = 0; index < 1_000; index++) await reviewService(workbench.services, id.service, request);
  expect(workbench.simulator.seen.length).toBe(reads);
});

it("a thousand events about a service cost twenty reviews a minute, and the sweep finds what they would have", async () => {
  const id = await workbench.ask();
  await workbench.review(id);
  const before = serviceReads();
  await forge(id, 20);
  const each = (serviceReads() - before) / 20;
  expect(each).toBeGreaterThan(0);
  await forge(id, 1_000);
  expect(serviceReads() - before).toBe(20 * each);
  const fresh = await workbench.ask({ name: "pe-new" });
  await forge(id, 1);
  expect(workbench.onAzure(fresh).status).toBe("Pending");
  await workbench.calm();
  expect(workbench.onAzure(fresh).status).toBe("Approved");
  workbench.pass(minuteMs);
  const then = serviceReads();
  await forge(id, 1_000);
  expect(serviceReads() - then).toBe(20 * each);
});

it("a thousand events about a held connection cost ten reviews a minute, and other connections none", async () => {
  const [held, other] = [
    await workbench.ask({ token: "partner", subscriptionId: subscriptions.partner }),
    await workbench.ask(),
  ];
  const reviews = async (id: ConnectionId, count: number) => {
    const before = workbench.simulator.seen.length;
    for (let index = 0; index < count; index++) {
      workbench.pass(1);
      await workbench.review(id);
    }
    return workbench.simulator.seen.length - before;
  };
  await workbench.review(held);
  expect(workbench.onAzure(held).status).toBe("Pending");
  expect(await reviews(held, 10)).toBeGreaterThanOrEqual(10);
  expect(await reviews(held, 1_000)).toBe(0);
  expect(await workbench.review(held)).toMatchObject({
    reason: "it had many events within a minute; the next sweep reviews it",
  });
  expect(await workbench.review(other)).toMatchObject({ applied: true });
  expect(await workbench.review(held, "http")).toMatchObject({ verdict: "hold" });
  workbench.pass(minuteMs);
  expect(await reviews(held, 1)).toBeGreaterThan(0);
});

it("a connection whose events were refused is reviewed by the next sweep, though its hold is not due", async () => {
  const id = await workbench.ask({ token: "partner", subscriptionId: subscriptions.partner });
  await workbench.review(id);
  await workbench.follow(await workbench.sweep());
  expect((await workbench.sweep()).due.map(({ text }) => text)).not.toContain(id.text);
  for (let index = 0; index < 11; index++) {
    workbench.pass(1);
    await workbench.review(id);
  }
  expect((await workbench.sweep()).due.map(({ text }) => text)).toContain(id.text);
});

it("an event that could not be worked off is worked off when it comes again", async () => {
  const id = await workbench.ask();
  const { ledger } = workbench.services;
  const request = event();
  workbench.pass(10);
  const find = () => Promise.reject(new Error("the table does not answer"));
  const broken = { ...workbench.services, ledger: { ...ledger, find } };
  await expect(reviewService(broken, id.service, request)).rejects.toThrow("the table does not answer");
  expect(await reviewService(workbench.services, id.service, request)).toHaveLength(1);
});

it("a sweep, which leaves out what is not due, does not answer an event", async () => {
  const id = await workbench.ask({ token: "partner", subscriptionId: subscriptions.partner });
  await workbench.review(id);
  const request = event();
  workbench.pass(10);
  await reviewService(workbench.services, id.service, { ...event(), cause: "sweep" });
  workbench.pass(10);
  expect(await reviewService(workbench.services, id.service, request)).toHaveLength(1);
});
