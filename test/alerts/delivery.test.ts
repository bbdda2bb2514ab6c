import { beforeEach, describe, expect, it } from "vitest";
import { deliverAlerts } from "../../src/functions/deliver-alerts.ts";
import { alertMessage } from "../../src/lib/alerts/alert-message.ts";
import { deliver } from "../../src/lib/alerts/deliver.ts";
import { hourMs, minuteMs } from "../../src/lib/clock.ts";
import { counters } from "../../src/lib/counters.ts";
import { serviceIdOf } from "../ids.ts";
import type { Sink } from "../../src/lib/alerts/sink.ts";
import { deliveryBench, type DeliveryBench } from "./delivery-bench.ts";

/** The path of an alert from its row to the sinks. */
let bench: DeliveryBench;
beforeEach(() => {
  bench = deliveryBench();
});

describe("an alert", () => {
  it("is sent at once to sinks in the process, and queued for the others", async () => {
    await bench.write("a");
    const alerts = bench.announcing();
    await alerts.announce("app");
    expect(bench.sent.map((each) => each.split(" ")[0])).toEqual(["log"]);
    expect(alerts.drainQueue()).toEqual(["app"]);
    expect(alerts.drainQueue()).toEqual([]);
    expect(await deliver(bench.services, "app")).toBe("nothing");
    expect([bench.countOf("log"), bench.countOf("teams"), bench.countOf("webhook")]).toEqual([1, 1, 1]);
    await bench.sweepFor(hourMs);
    expect(bench.sent).toHaveLength(3);
  });

  it("that an in-process sink fails to send is queued too, and the log has the reason", async () => {
    bench.down.add("log");
    await bench.write("a");
    await bench.announcing().announce("app");
    const [line = ""] = bench.logged;
    expect(JSON.parse(line)).toMatchObject({ sink: "log", why: "it answers 503" });
    bench.down.clear();
    await bench.sweepFor(10 * minuteMs);
    expect([bench.countOf("log"), bench.countOf("teams"), bench.countOf("webhook")]).toEqual([1, 1, 1]);
  });

  it("that was never queued is found by its open delivery", async () => {
    await bench.write("a");
    await bench.announcing().announce("app");
    await bench.sweepFor(10 * minuteMs);
    expect(bench.countOf("teams")).toBe(1);
  });

  it("that exceeds the time limit of a function is queued again", async () => {
    const slow: Sink = {
      name: "teams",
      send: () => {
        bench.now += 9_000;
        bench.sent.push("teams slow x");
        return Promise.resolve();
      },
    };
    for (const name of ["a", "b", "c", "d"]) await bench.write(name, 10);
    const alerts = bench.announcing();
    const handler = deliverAlerts({
      alerts,
      delivery: { ...bench.services, sinks: [slow] },
      counters: counters(),
      log: bench.services.log,
    });
    const message = alertMessage("app", bench.services.clock.now(), "id");
    const took: number[] = [];
    do {
      const from = bench.now;
      await handler(message);
      took.push(bench.now - from);
    } while (alerts.drainQueue().length > 0);
    expect(bench.countOf("teams")).toBe(40);
    expect(took.length).toBeGreaterThan(2);
    expect(Math.max(...took)).toBeLessThan(2.5 * minuteMs);
  });

  it("that is being sent is not sent by another delivery", async () => {
    let answer = () => {};
    const slow: Sink = {
      name: "teams",
      send: () =>
        new Promise((resolve) => {
          bench.sent.push("teams slow x");
          answer = resolve;
        }),
    };
    bench.services = { ...bench.services, sinks: [slow] };
    await bench.write("a");
    const first = deliver(bench.services, "app");
    await Promise.all([deliver(bench.services, "app"), deliver(bench.services, "app")]);
    expect(bench.countOf("teams")).toBe(1);
    answer();
    await first;
    bench.now += minuteMs;
    await deliver(bench.services, "app");
    expect(bench.countOf("teams")).toBe(1);
  });

  it("that another delivery has claimed does not delay the others", async () => {
    await bench.write("a", 3);
    const { outbox } = bench.services;
    let lost = false;
    const claim: typeof outbox.claim = async (owner, each, until) => {
      const isFirst = each.sink === "teams" && !lost;
      if (isFirst) lost = true;
      return isFirst ? undefined : outbox.claim(owner, each, until);
    };
    await deliver({ ...bench.services, outbox: { ...outbox, claim } }, "app");
    expect(bench.countOf("teams")).toBe(2);
  });

  it("for an in-process sink is sent by its writer, and by the queue only if the writer failed to", async () => {
    await bench.write("a");
    await deliver(bench.services, "app");
    expect([bench.countOf("log"), bench.countOf("webhook")]).toEqual([0, 1]);
    bench.now += 2 * minuteMs;
    await deliver(bench.services, "app");
    expect(bench.countOf("log")).toBe(1);
  });

  it("has the same id in every delivery", async () => {
    bench.down.add("webhook");
    await bench.write("a");
    await bench.sweepFor(hourMs);
    bench.down.clear();
    await bench.sweepFor(2 * hourMs);
    expect(new Set(bench.sent.map((each) => each.split(" ")[2])).size).toBe(1);
  });
});

describe("a sweep", () => {
  it("queues a limited number at a time, and the next sweep continues", async () => {
    const owner = (index: number) =>
      serviceIdOf(
        `/subscriptions/11111111-1111-4111-8111-111111111111/resourceGroups/rg/providers/Microsoft.ApiManagement/service/s${index}`,
      );
    for (let index = 0; index < 1_100; index++) await bench.services.outbox.openDelivery(owner(index));
    const alerts = bench.announcing();
    await alerts.enqueueLeftovers();
    expect(alerts.drainQueue()).toHaveLength(1_000);
  });

  it("does not queue alerts before they are due", async () => {
    const open = await bench.services.outbox.openDelivery("app");
    await bench.services.outbox.endDelivery(open, new Date(bench.now + hourMs).toISOString());
    const alerts = bench.announcing();
    await alerts.enqueueLeftovers();
    expect(alerts.drainQueue()).toEqual([]);
    bench.now += hourMs;
    await alerts.enqueueLeftovers();
    expect(alerts.drainQueue()).toEqual(["app"]);
  });
});
