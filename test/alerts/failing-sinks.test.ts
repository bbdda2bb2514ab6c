import { beforeEach, describe, expect, it } from "vitest";
import { deliver, failedSinks } from "../../src/lib/alerts/deliver.ts";
import { DeliveryError } from "../../src/lib/alerts/sink.ts";
import { reportUnavailableSinks, unavailableSink } from "../../src/lib/alerts/unavailable-sinks.ts";
import { hourMs, minuteMs } from "../../src/lib/clock.ts";
import { deliveryBench, type DeliveryBench } from "./delivery-bench.ts";

let bench: DeliveryBench;
beforeEach(() => {
  bench = deliveryBench();
});

describe("a sink that is down", () => {
  it("does not delay the others, and gets every alert once when it is up again", async () => {
    bench.down.add("teams");
    await bench.write("a", 5);
    await bench.sweepFor(2 * hourMs);
    expect([bench.countOf("log"), bench.countOf("webhook"), bench.countOf("teams")]).toEqual([5, 5, 0]);
    bench.down.clear();
    await bench.sweepFor(5 * hourMs);
    expect([bench.countOf("log"), bench.countOf("webhook"), bench.countOf("teams")]).toEqual([5, 5, 5]);
  });

  it("is retried at growing intervals", async () => {
    bench.down.add("teams");
    let asked = 0;
    bench.services = {
      ...bench.services,
      sinks: bench.services.sinks.map((sink) =>
        sink.name === "teams"
          ? {
              name: "teams",
              send: () => {
                asked++;
                return Promise.reject(new DeliveryError("it answers 503"));
              },
            }
          : sink,
      ),
    };
    await bench.write("a");
    await bench.sweepFor(hourMs);
    const first = asked;
    await bench.sweepFor(10 * hourMs);
    expect(first).toBeGreaterThan(3);
    expect(asked - first).toBeLessThan(6);
  });

  it.each([
    ["a sink did not accept an alert", "warn", new DeliveryError("it answers 503")],
    ["a sink failed unexpectedly", "error", new TypeError("a bug")],
  ])("is logged: %s, at the level %s", async (message, level, error) => {
    await bench.write("a");
    await deliver(
      { ...bench.services, sinks: [{ name: "teams", send: () => Promise.reject(error) }] },
      "app",
    );
    const lines = bench.logged.map((line) => JSON.parse(line) as { sink?: string });
    expect(lines.filter(({ sink }) => sink === "teams")).toMatchObject([{ level, message, attempts: 1 }]);
  });

  it("is tried once for several alerts", async () => {
    let asked = 0;
    const send = () => {
      asked++;
      return Promise.reject(new DeliveryError("it answers 503"));
    };
    await bench.write("a", 5);
    await deliver({ ...bench.services, sinks: [{ name: "teams", send }] }, "app");
    expect(asked).toBe(1);
  });

  it("is retried within hours, however long its Retry-After is", async () => {
    bench.down.add("teams");
    bench.retryAfterMs = 1_000 * hourMs;
    await bench.write("a");
    await bench.sweepFor(10 * minuteMs);
    bench.down.clear();
    await bench.sweepFor(5 * hourMs);
    expect(bench.countOf("teams")).toBe(1);
  });

  it("is not retried before its Retry-After", async () => {
    bench.down.add("teams");
    bench.retryAfterMs = 2 * hourMs;
    await bench.write("a");
    await bench.sweepFor(10 * minuteMs);
    bench.down.clear();
    await bench.sweepFor(90 * minuteMs);
    expect(bench.countOf("teams")).toBe(0);
    await bench.sweepFor(hourMs);
    expect(bench.countOf("teams")).toBe(1);
  });

  it("is abandoned after a day, which the other sinks report once a day", async () => {
    bench.down.add("teams");
    await bench.write("a");
    await bench.write("b");
    await bench.sweepFor(30 * hourMs);
    const dead = bench.sent.filter((each) => each.includes("SinkDead"));
    expect(dead).toHaveLength(2);
    expect(new Set(dead.map((each) => each.split(" ")[0]))).toEqual(new Set(["log", "webhook"]));
    bench.down.clear();
    await bench.sweepFor(5 * hourMs);
    expect(bench.sent.filter((each) => each.startsWith("teams BreakerOpened")).length).toBeLessThanOrEqual(1);
    await bench.write("c");
    await bench.sweepFor(10 * minuteMs);
    expect(bench.countOf("teams")).toBeGreaterThanOrEqual(1);
  });

  const outboxRows = () =>
    bench.rows
      .list({ partition: { from: "", to: "~" }, prefix: "outbox-", top: 10 })
      .then(({ rows }) => rows);
  const alertRow = async () =>
    (await bench.rows.list({ partition: "app", prefix: "alert-", top: 1 })).rows[0]?.value;

  it("leaves no row in the outbox once it is abandoned, and the alert names it", async () => {
    bench.down.add("teams");
    await bench.write("a");
    await bench.sweepFor(30 * hourMs);
    expect(await outboxRows()).toEqual([]);
    expect(await alertRow()).toMatchObject({
      sinks: ["log", "teams", "webhook"],
      givenUp: [{ sink: "teams", at: expect.stringContaining("2026-11-25T") }],
    });
  });

  it("leaves no row either if the process ended before the alert named it, or an earlier version did", async () => {
    await bench.write("a");
    const [row] = await outboxRows();
    if (row === undefined) throw new Error("the outbox has no row");
    const { partition, etag, value } = row;
    const dead = { ...value, deadAt: "2026-11-24T13:00:00Z" };
    await bench.rows.commit(partition, [{ kind: "replace", row: row.row, value: dead, etag }]);
    expect(await bench.services.outbox.undelivered("app")).toHaveLength(2);
    expect(await outboxRows()).toHaveLength(2);
    expect(await alertRow()).toMatchObject({ givenUp: [{ sink: value.sink, at: dead.deadAt }] });
  });

  it("is reported at once, and daily, where it is unavailable; its alerts reach it once it is not", async () => {
    const { sinks } = bench.services;
    const teams = unavailableSink("teams", "DRAWBRIDGE_ALERT_TEAMS_URL did not resolve");
    bench.services = {
      ...bench.services,
      sinks: sinks.map((each) => (each.name === "teams" ? teams : each)),
    };
    await bench.write("a");
    const dead = () =>
      bench.sent.filter((each) => each.includes("SinkDead")).map((each) => each.split(" ")[0]);
    for (let run = 0; run < 2; run++) {
      await reportUnavailableSinks(bench.services);
      await bench.sweepFor(10 * minuteMs);
    }
    expect(dead()).toHaveLength(2);
    expect(new Set(dead())).toEqual(new Set(["log", "webhook"]));
    expect(await failedSinks(bench.services)).toMatchObject([{ name: "teams", givenUp: 0 }]);
    await bench.sweepFor(12 * hourMs);
    bench.services = { ...bench.services, sinks };
    expect(await failedSinks(bench.services)).toEqual([]);
    await bench.sweepFor(5 * hourMs);
    expect(bench.countOf("teams")).toBe(1);
  });

  const without = () => ({
    ...bench.services,
    sinks: bench.services.sinks.filter(({ name }) => name !== "teams"),
  });

  it("but is not configured in this instance gets its alerts from an instance that has it", async () => {
    await bench.write("a");
    await bench.announcing().announce("app");
    expect(await deliver(without(), "app")).toBe("later");
    expect([bench.countOf("webhook"), bench.countOf("teams")]).toEqual([1, 0]);
    const alerts = bench.announcing();
    await alerts.enqueueLeftovers();
    expect(alerts.drainQueue()).toEqual([]);
    await bench.sweepFor(2 * hourMs);
    expect([bench.countOf("webhook"), bench.countOf("teams")]).toEqual([1, 1]);
  });

  it("but is no longer configured is abandoned after a day", async () => {
    await bench.write("a");
    const all = bench.services;
    bench.services = without();
    await bench.sweepFor(23 * hourMs);
    expect(await bench.services.outbox.undelivered("app")).toHaveLength(1);
    await bench.sweepFor(2 * hourMs);
    expect(await bench.services.outbox.undelivered("app")).toEqual([]);
    bench.services = all;
    await bench.sweepFor(hourMs);
    expect(bench.countOf("teams")).toBe(0);
  });
});
