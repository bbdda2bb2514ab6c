import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { reviewsPoisoned } from "../../../src/functions/reviews-poisoned.ts";
import { parseServiceId } from "../../../src/lib/azure/resource-id.ts";
import { minuteMs } from "../../../src/lib/clock.ts";
import { handlePoisonMessage } from "../../../src/lib/connections/poison-message.ts";
import { reviewMessage } from "../../../src/lib/connections/review-message.ts";
import { reviewService } from "../../../src/lib/connections/review-service.ts";
import { counters } from "../../../src/lib/counters.ts";
import { jsonLog } from "../../../src/lib/log.ts";
import { review } from "../../../src/lib/connections/review/review.ts";
import { setConnectionState } from "../../../simulator/api-management/change-connection.ts";
import { subscriptions } from "../../../simulator/estate/estate.ts";
import { startWorkbench, type Workbench } from "../../workbench.ts";
import { observationsOf, sweepAndFollow } from "../observations.ts";

/** Messages in the poison queue, and alerts that a sink refused. */

let workbench: Workbench;
beforeEach(async () => {
  workbench = await startWorkbench();
  await workbench.calm();
});
afterEach(() => workbench.stop());

const { alertTypes, record } = observationsOf(() => workbench);
describe("an alert that a sink refused", () => {
  const deaf = (on: Workbench) => ({ ...on.services, alerts: on.deaf });
  const request = (on: Workbench) => ({
    cause: "sweep" as const,
    actor: "test",
    requestedAt: on.services.clock.now(),
  });

  it("about a connection without further reviews is delivered by the next sweep", async () => {
    const id = await workbench.ask();
    expect(await review(deaf(workbench), { ...request(workbench), id })).toMatchObject({ applied: true });
    expect(alertTypes()).toEqual([]);
    await sweepAndFollow(workbench);
    expect(alertTypes()).toEqual(["ConnectionApproved"]);
    await workbench.calm();
    expect((await workbench.sweep()).due).toEqual([]);
  });

  it("about an adopted service is delivered by the next sweep", async () => {
    const fresh = await startWorkbench();
    try {
      const id = await fresh.ask();
      setConnectionState({ emit: () => {} }, fresh.onAzure(id), "Approved", "by hand");
      await reviewService(deaf(fresh), id.service, request(fresh));
      expect(fresh.alerts).toEqual([]);
      fresh.pass(5 * minuteMs);
      await fresh.follow(await fresh.sweep());
      expect(fresh.alerts.map(({ type }) => type)).toEqual(["Drawbridge.ServiceAdopted"]);
    } finally {
      await fresh.stop();
    }
  });
});

describe("a message in the poison queue", () => {
  const message = (id: Parameters<typeof reviewMessage>[0]) => reviewMessage(id, "event", new Date(0), "r1");

  it("is logged with what it names", async () => {
    const id = await workbench.ask();
    const lines: unknown[] = [];
    const log = jsonLog((line) => lines.push(JSON.parse(line)), workbench.services.clock);
    const handle = reviewsPoisoned({ ...workbench.services, log, counters: counters() });
    for (const each of [message(id), message(id.service), "not JSON"]) await handle(each);
    const line = { level: "error", message: "the queue gave up a review" };
    expect(lines).toEqual(
      [{ connection: id.text }, { service: id.service.text }, {}].map((fields) => ({
        time: workbench.services.clock.now().toISOString(),
        ...line,
        ...fields,
      })),
    );
  });

  it("makes its connection Failed, with one alert, and a sweep retries it", async () => {
    const id = await workbench.ask({ token: "partner", subscriptionId: subscriptions.partner });
    await workbench.review(id);
    await handlePoisonMessage(workbench.services, message(id));
    await handlePoisonMessage(workbench.services, message(id));
    expect(await record(id)).toMatchObject({ phase: "Failed" });
    expect(alertTypes()).toEqual(["ConnectionHeld", "ConnectionFailed"]);
    workbench.pass(61 * minuteMs);
    await sweepAndFollow(workbench);
    expect(await record(id)).toMatchObject({ phase: "Held" });
  });

  it("is alerted, and the next sweep reviews its connection if it has no record", async () => {
    const id = await workbench.ask();
    await handlePoisonMessage(workbench.services, message(id));
    expect(workbench.alerts).toMatchObject([{ type: "Drawbridge.ConnectionFailed", subject: id.text }]);
    await sweepAndFollow(workbench);
    expect(await record(id)).toMatchObject({ phase: "Applied" });
  });

  it.each([
    ["a service", () => message(idOfOrders())],
    ["what cannot be read", () => ({ v: 7 })],
  ])("is alerted if it was %s", async (_, make) => {
    await handlePoisonMessage(workbench.services, make());
    expect(alertTypes()).toEqual(["ConnectionFailed"]);
  });

  it("leaves a connection that another attempt has claimed", async () => {
    const id = await workbench.ask();
    const found = await workbench.services.ledger.add({
      id,
      phase: "Seen",
      firstSeenAt: "2026-11-24T08:00:00.000Z",
      attempts: 0,
      lease: { owner: "other", until: "2027-01-01T00:00:00.000Z" },
    });
    await handlePoisonMessage(workbench.services, message(id));
    expect(await record(id)).toEqual(found);
    expect(alertTypes()).toEqual([]);
  });
});

function idOfOrders() {
  const id = parseServiceId(workbench.orders.id);
  if (id === undefined) throw new Error("no id");
  return id;
}
