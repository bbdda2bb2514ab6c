import { beforeEach, describe, expect, it } from "vitest";
import { deliver, failedSinks } from "../../src/lib/alerts/deliver.ts";
import { DeliveryError } from "../../src/lib/alerts/sink.ts";
import { reportUnavailableSinks, unavailableSink } from "../../src/lib/alerts/unavailable-sinks.ts";
import { hourMs, minuteMs } from "../../src/lib/clock.ts";
import { deliveryFixture, type DeliveryFixture } from "./delivery-fixture.ts";

let fixture: DeliveryFixture;
beforeEach(() => {
  fixture = deliveryFixture();
});

describe("a sink that is down", () => {
  it("does not delay the others, and gets every alert once when it is up again", async () => {
    fixture.down.add("teams");
    await fixture.write("a", 5);
    await fixture.sweepFor(2 * hourMs);
    expect([fixture.countOf("log"), fixture.countOf("webhook"), fixture.countOf("teams")]).toEqual([5, 5, 0]);
    fixture.down.clear();
    await fixture.sweepFor(5 * hourMs);
    expect([fixture.countOf("log"), fixture.countOf("webhook"), fixture.countOf("teams")]).toEqual([5, 5, 5]);
  });

  it("is retried at growing intervals", async () => {
    fixture.down.add("teams");
    let asked = 0;
    fixture.services = {
      ...fixture.services,
      sinks: fixture.services.sinks.map((sink) =>
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
    await fixture.write("a");
    await fixture.sweepFor(hourMs);
    const first = asked;
    await fixture.sweepFor(10 * hourMs);
    expect(first).toBeGreaterThan(3);
    expect(asked - first).toBeLessThan(6);
  });

  it.each([
    ["a sink did not accept an alert", "warn", new DeliveryError("it answers 503")],
    ["a sink failed unexpectedly", "error", new TypeError("a bug")],
  ])("is logged: %s, at the level %s", async (message, level, error) => {
    await fixture.write("a");
    await deliver(
      { ...fixture.services, sinks: [{ name: "teams", send: () => Promise.reject(error) }] },
      "app",
    );
    const lines = fixture.logged.map((line) => JSON.parse(line) as { sink?: string });
    expect(lines.filter(({ sink }) => sink === "teams")).toMatchObject([{ level, message, attempts: 1 }]);
  });

  it("is tried once for several alerts", async () => {
    let asked = 0;
    const send = () => {
      asked++;
      return Promise.reject(new DeliveryError("it answers 503"));
    };
    await fixture.write("a", 5);
    await deliver({ ...fixture.services, sinks: [{ name: "teams", send }] }, "app");
    expect(asked).toBe(1);
  });

  it("is retried within hours, however long its Retry-After is", async () => {
    fixture.down.add("teams");
    fixture.retryAfterMs = 1_000 * hourMs;
    await fixture.write("a");
    await fixture.sweepFor(10 * minuteMs);
    fixture.down.clear();
    await fixture.sweepFor(5 * hourMs);
    expect(fixture.countOf("teams")).toBe(1);
  });

  it("is not retried before its Retry-After", async () => {
    fixture.down.add("teams");
    fixture.retryAfterMs = 2 * hourMs;
    await fixture.write("a");
    await fixture.sweepFor(10 * minuteMs);
    fixture.down.clear();
    await fixture.sweepFor(90 * minuteMs);
    expect(fixture.countOf("teams")).toBe(0);
    await fixture.sweepFor(hourMs);
    expect(fixture.countOf("teams")).toBe(1);
  });

  it("is abandoned after a day, which the other sinks report once a day", async () => {
    fixture.down.add("teams");
    await fixture.write("a");
    await fixture.write("b");
    await fixture.sweepFor(30 * hourMs);
    const dead = fixture.sent.filter((each) => each.includes("SinkDead"));
    expect(dead).toHaveLength(2);
    expect(new Set(dead.map((each) => each.split(" ")[0]))).toEqual(new Set(["log", "webhook"]));
    fixture.down.clear();
    await fixture.sweepFor(5 * hourMs);
    expect(fixture.sent.filter((each) => each.startsWith("teams BreakerOpened")).length).toBeLessThanOrEqual(
      1,
    );
    await fixture.write("c");
    await fixture.sweepFor(10 * minuteMs);
    expect(fixture.countOf("teams")).toBeGreaterThanOrEqual(1);
  });

  const outboxRows = () =>
    fixture.rows
      .list({ partition: { from: "", to: "~" }, prefix: "outbox-", top: 10 })
      .then(({ rows }) => rows);
  const alertRow = async () =>
    (await fixture.rows.list({ partition: "app", prefix: "alert-", top: 1 })).rows[0]?.value;

  it("leaves no row in the outbox once it is abandoned, and the alert names it", async () => {
    fixture.down.add("teams");
    await fixture.write("a");
    await fixture.sweepFor(30 * hourMs);
    expect(await outboxRows()).toEqual([]);
    expect(await alertRow()).toMatchObject({
      sinks: ["log", "teams", "webhook"],
      givenUp: [{ sink: "teams", at: expect.stringContaining("2026-11-25T") }],
    });
  });

  it("leaves no row either if the process ended before the alert named it, or an earlier version did", async () => {
    await fixture.write("a");
    const [row] = await outboxRows();
    if (row === undefined) throw new Error("the outbox has no row");
    const { partition, etag, value } = row;
    const dead = { ...value, deadAt: "2026-11-24T13:00:00Z" };
    await fixture.rows.commit(partition, [{ kind: "replace", row: row.row, value: dead, etag }]);
    expect(await fixture.services.outbox.undelivered("app")).toHaveLength(2);
    expect(await outboxRows()).toHaveLength(2);
    expect(await alertRow()).toMatchObject({ givenUp: [{ sink: value.sink, at: dead.deadAt }] });
  });

  it("is reported at once, and daily, where it is unavailable; its alerts reach it once it is not", async () => {
    const { sinks } = fixture.services;
    const teams = unavailableSink("teams", "DRAWBRIDGE_ALERT_TEAMS_URL did not resolve");
    fixture.services = {
      ...fixture.services,
      sinks: sinks.map((each) => (each.name === "teams" ? teams : each)),
    };
    await fixture.write("a");
    const dead = () =>
      fixture.sent.filter((each) => each.includes("SinkDead")).map((each) => each.split(" ")[0]);
    for (let run = 0; run < 2; run++) {
      await reportUnavailableSinks(fixture.services);
      await fixture.sweepFor(10 * minuteMs);
    }
    expect(dead()).toHaveLength(2);
    expect(new Set(dead())).toEqual(new Set(["log", "webhook"]));
    expect(await failedSinks(fixture.services)).toMatchObject([{ name: "teams", givenUp: 0 }]);
    await fixture.sweepFor(12 * hourMs);
    fixture.services = { ...fixture.services, sinks };
    expect(await failedSinks(fixture.services)).toEqual([]);
    await fixture.sweepFor(5 * hourMs);
    expect(fixture.countOf("teams")).toBe(1);
  });

  const without = () => ({
    ...fixture.services,
    sinks: fixture.services.sinks.filter(({ name }) => name !== "teams"),
  });

  it("but is not configured in this instance gets its alerts from an instance that has it", async () => {
    await fixture.write("a");
    await fixture.announcing().announce("app");
    expect(await deliver(without(), "app")).toBe("later");
    expect([fixture.countOf("webhook"), fixture.countOf("teams")]).toEqual([1, 0]);
    const alerts = fixture.announcing();
    await alerts.enqueueLeftovers();
    expect(alerts.drainQueue()).toEqual([]);
    await fixture.sweepFor(2 * hourMs);
    expect([fixture.countOf("webhook"), fixture.countOf("teams")]).toEqual([1, 1]);
  });

  it("but is no longer configured is abandoned after a day", async () => {
    await fixture.write("a");
    const all = fixture.services;
    fixture.services = without();
    await fixture.sweepFor(23 * hourMs);
    expect(await fixture.services.outbox.undelivered("app")).toHaveLength(1);
    await fixture.sweepFor(2 * hourMs);
    expect(await fixture.services.outbox.undelivered("app")).toEqual([]);
    fixture.services = all;
    await fixture.sweepFor(hourMs);
    expect(fixture.countOf("teams")).toBe(0);
  });
});
