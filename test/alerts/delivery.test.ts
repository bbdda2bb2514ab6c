import { beforeEach, describe, expect, it } from "vitest";
import { deliverAlerts } from "../../src/functions/deliver-alerts.ts";
import { alertMessage } from "../../src/lib/alerts/alert-message.ts";
import { deliver } from "../../src/lib/alerts/deliver.ts";
import { hourMs, minuteMs } from "../../src/lib/clock.ts";
import { counters } from "../../src/lib/counters.ts";
import { serviceIdOf } from "../ids.ts";
import type { Sink } from "../../src/lib/alerts/sink.ts";
import { deliveryFixture, type DeliveryFixture } from "./delivery-fixture.ts";

/** The path of an alert from its row to the sinks. */
let fixture: DeliveryFixture;
beforeEach(() => {
  fixture = deliveryFixture();
});

describe("an alert", () => {
  it("is sent at once to sinks in the process, and queued for the others", async () => {
    await fixture.write("a");
    const alerts = fixture.announcing();
    await alerts.announce("app");
    expect(fixture.sent.map((each) => each.split(" ")[0])).toEqual(["log"]);
    expect(alerts.drainQueue()).toEqual(["app"]);
    expect(alerts.drainQueue()).toEqual([]);
    expect(await deliver(fixture.services, "app")).toBe("nothing");
    expect([fixture.countOf("log"), fixture.countOf("teams"), fixture.countOf("webhook")]).toEqual([1, 1, 1]);
    await fixture.sweepFor(hourMs);
    expect(fixture.sent).toHaveLength(3);
  });

  it("that an in-process sink fails to send is queued too, and the log has the reason", async () => {
    fixture.down.add("log");
    await fixture.write("a");
    await fixture.announcing().announce("app");
    const [line = ""] = fixture.logged;
    expect(JSON.parse(line)).toMatchObject({ sink: "log", why: "it answers 503" });
    fixture.down.clear();
    await fixture.sweepFor(10 * minuteMs);
    expect([fixture.countOf("log"), fixture.countOf("teams"), fixture.countOf("webhook")]).toEqual([1, 1, 1]);
  });

  it("that was never queued is found by its open delivery", async () => {
    await fixture.write("a");
    await fixture.announcing().announce("app");
    await fixture.sweepFor(10 * minuteMs);
    expect(fixture.countOf("teams")).toBe(1);
  });

  it("that exceeds the time limit of a function is queued again", async () => {
    const slow: Sink = {
      name: "teams",
      send: () => {
        fixture.now += 9_000;
        fixture.sent.push("teams slow x");
        return Promise.resolve();
      },
    };
    for (const name of ["a", "b", "c", "d"]) await fixture.write(name, 10);
    const alerts = fixture.announcing();
    const handler = deliverAlerts({
      alerts,
      delivery: { ...fixture.services, sinks: [slow] },
      counters: counters(),
      log: fixture.services.log,
    });
    const message = alertMessage("app", fixture.services.clock.now(), "id");
    const took: number[] = [];
    do {
      const from = fixture.now;
      await handler(message);
      took.push(fixture.now - from);
    } while (alerts.drainQueue().length > 0);
    expect(fixture.countOf("teams")).toBe(40);
    expect(took.length).toBeGreaterThan(2);
    expect(Math.max(...took)).toBeLessThan(2.5 * minuteMs);
  });

  it("that is being sent is not sent by another delivery", async () => {
    let answer = () => {};
    const slow: Sink = {
      name: "teams",
      send: () =>
        new Promise((resolve) => {
          fixture.sent.push("teams slow x");
          answer = resolve;
        }),
    };
    fixture.services = { ...fixture.services, sinks: [slow] };
    await fixture.write("a");
    const first = deliver(fixture.services, "app");
    await Promise.all([deliver(fixture.services, "app"), deliver(fixture.services, "app")]);
    expect(fixture.countOf("teams")).toBe(1);
    answer();
    await first;
    fixture.now += minuteMs;
    await deliver(fixture.services, "app");
    expect(fixture.countOf("teams")).toBe(1);
  });

  it("that another delivery has claimed does not delay the others", async () => {
    await fixture.write("a", 3);
    const { outbox } = fixture.services;
    let lost = false;
    const claim: typeof outbox.claim = async (owner, each, until) => {
      const isFirst = each.sink === "teams" && !lost;
      if (isFirst) lost = true;
      return isFirst ? undefined : outbox.claim(owner, each, until);
    };
    await deliver({ ...fixture.services, outbox: { ...outbox, claim } }, "app");
    expect(fixture.countOf("teams")).toBe(2);
  });

  it("for an in-process sink is sent by its writer, and by the queue only if the writer failed to", async () => {
    await fixture.write("a");
    await deliver(fixture.services, "app");
    expect([fixture.countOf("log"), fixture.countOf("webhook")]).toEqual([0, 1]);
    fixture.now += 2 * minuteMs;
    await deliver(fixture.services, "app");
    expect(fixture.countOf("log")).toBe(1);
  });

  it("has the same id in every delivery", async () => {
    fixture.down.add("webhook");
    await fixture.write("a");
    await fixture.sweepFor(hourMs);
    fixture.down.clear();
    await fixture.sweepFor(2 * hourMs);
    expect(new Set(fixture.sent.map((each) => each.split(" ")[2])).size).toBe(1);
  });
});

describe("a sweep", () => {
  it("queues a limited number at a time, and the next sweep continues", async () => {
    const owner = (index: number) =>
      serviceIdOf(
        `/subscriptions/11111111-1111-4111-8111-111111111111/resourceGroups/rg/providers/Microsoft.ApiManagement/service/s${index}`,
      );
    for (let index = 0; index < 1_100; index++) await fixture.services.outbox.openDelivery(owner(index));
    const alerts = fixture.announcing();
    await alerts.enqueueLeftovers();
    expect(alerts.drainQueue()).toHaveLength(1_000);
  });

  it("does not queue alerts before they are due", async () => {
    const open = await fixture.services.outbox.openDelivery("app");
    await fixture.services.outbox.endDelivery(open, new Date(fixture.now + hourMs).toISOString());
    const alerts = fixture.announcing();
    await alerts.enqueueLeftovers();
    expect(alerts.drainQueue()).toEqual([]);
    fixture.now += hourMs;
    await alerts.enqueueLeftovers();
    expect(alerts.drainQueue()).toEqual(["app"]);
  });
});
