import { beforeEach, describe, expect, it } from "vitest";
import { deliverAlerts } from "../src/functions/deliver-alerts.ts";
import { alertMessage } from "../src/lib/alerts/alert-message.ts";
import { alert, type Alert } from "../src/lib/alerts/alert.ts";
import { announcements } from "../src/lib/alerts/announce.ts";
import { deliver, type DeliveryServices } from "../src/lib/alerts/deliver.ts";
import { routesTo } from "../src/lib/alerts/routes.ts";
import { DeliveryError, type Sink } from "../src/lib/alerts/sink.ts";
import { summarySink, sendSummary } from "../src/lib/alerts/sinks/summary.ts";
import { counters } from "../src/lib/counters.ts";
import { jsonLog } from "../src/lib/log.ts";
import { noTelemetry } from "../src/lib/telemetry.ts";
import { rowsAppState } from "../src/lib/state/app-state.ts";
import { memoryRows } from "../src/lib/state/memory-rows.ts";
import { rowsOutbox } from "../src/lib/state/outbox.ts";
import { serviceIdOf } from "./ids.ts";

/** From the row that guarantees an alert to the sinks that take it, or do not. */
const minute = 60_000;
const hour = 60 * minute;

let now: number;
let down: Set<string>;
let told: string[];
let logged: string[];
let services: DeliveryServices;
let retryAfterMs: number | undefined;
beforeEach(() => {
  now = Date.parse("2026-11-24T12:00:00Z");
  down = new Set();
  told = [];
  logged = [];
  retryAfterMs = undefined;
  const rows = memoryRows();
  const clock = { now: () => new Date(now) };
  const log = jsonLog((line) => logged.push(line), clock);
  const routes = routesTo([{ name: "teams" }, { name: "webhook" }]);
  const sink = (name: string): Sink => ({
    name,
    send: (each) => {
      if (down.has(name)) return Promise.reject(new DeliveryError("it answers 503", retryAfterMs));
      told.push(`${name} ${each.type.slice(11)} ${each.id}`);
      return Promise.resolve();
    },
  });
  const appState = rowsAppState(rows, routes);
  services = {
    outbox: rowsOutbox(rows),
    sinks: [{ ...sink("log"), inProcess: true }, sink("teams"), sink("webhook")],
    appState,
    clock,
    log,
    telemetry: noTelemetry,
  };
});

/** Writes an alert as everything that calls for one does: with a row, in one transaction. */
async function write(name: string, count = 1): Promise<void> {
  const alerts = Array.from({ length: count }, (_, index) => held(`${name}-${index}`));
  await services.appState.update(name, () => ({ value: { name }, alerts }));
}
const held = (name: string): Alert =>
  alert("Drawbridge.BreakerOpened", "app", name, "2026-11-24T12:00:00Z", {});
const announcing = () => announcements(services.outbox, services.sinks, services.log, services.clock);
const by = (sink: string) => told.filter((each) => each.startsWith(sink)).length;
/** What a sweep and the queue do every five minutes. */
async function sweepFor(ms: number): Promise<void> {
  for (const until = now + ms; now < until; now += 5 * minute) {
    const alerts = announcing();
    await alerts.announce("app");
    await alerts.enqueueLeftovers();
    for (const owner of alerts.drainQueue()) await deliver(services, owner);
  }
}

describe("an alert", () => {
  it("is told at once to what is near, and handed over to the queue for the rest", async () => {
    await write("a");
    const alerts = announcing();
    await alerts.announce("app");
    expect(told.map((each) => each.split(" ")[0])).toEqual(["log"]);
    expect(alerts.drainQueue()).toEqual(["app"]);
    expect(alerts.drainQueue()).toEqual([]);
    expect(await deliver(services, "app")).toBe("nothing");
    expect([by("log"), by("teams"), by("webhook")]).toEqual([1, 1, 1]);
    await sweepFor(hour);
    expect(told).toHaveLength(3);
  });

  it("that what is near does not take is handed over too, and the log says why", async () => {
    down.add("log");
    await write("a");
    await announcing().announce("app");
    const [line = ""] = logged;
    expect(JSON.parse(line)).toMatchObject({ sink: "log", why: "it answers 503" });
    down.clear();
    await sweepFor(10 * minute);
    expect([by("log"), by("teams"), by("webhook")]).toEqual([1, 1, 1]);
  });

  it("that nobody handed over is found by its mark", async () => {
    await write("a");
    await announcing().announce("app");
    await sweepFor(10 * minute);
    expect(by("teams")).toBe(1);
  });

  it("that there is no time for is handed over again, so that no function runs for longer than it may", async () => {
    const slow: Sink = {
      name: "teams",
      send: () => {
        now += 9_000;
        told.push("teams slow x");
        return Promise.resolve();
      },
    };
    for (const name of ["a", "b", "c", "d"]) await write(name, 10);
    const alerts = announcing();
    const handler = deliverAlerts({
      alerts,
      delivery: { ...services, sinks: [slow] },
      counters: counters(),
      log: services.log,
    });
    const message = alertMessage("app", services.clock.now(), "id");
    const took: number[] = [];
    do {
      const from = now;
      await handler(message);
      took.push(now - from);
    } while (alerts.drainQueue().length > 0);
    expect(by("teams")).toBe(40);
    expect(took.length).toBeGreaterThan(2);
    expect(Math.max(...took)).toBeLessThan(2.5 * minute);
  });

  it("that somebody is telling is told by nobody else", async () => {
    let answer = () => {};
    const slow: Sink = {
      name: "teams",
      send: () =>
        new Promise((resolve) => {
          told.push("teams slow x");
          answer = resolve;
        }),
    };
    services = { ...services, sinks: [slow] };
    await write("a");
    const first = deliver(services, "app");
    await Promise.all([deliver(services, "app"), deliver(services, "app")]);
    expect(by("teams")).toBe(1);
    answer();
    await first;
    now += minute;
    await deliver(services, "app");
    expect(by("teams")).toBe(1);
  });

  it("for which somebody else is at work keeps none of the others waiting", async () => {
    await write("a", 3);
    const { outbox } = services;
    let lost = false;
    const claim: typeof outbox.claim = async (owner, each, until) => {
      const isFirst = each.sink === "teams" && !lost;
      if (isFirst) lost = true;
      return isFirst ? undefined : outbox.claim(owner, each, until);
    };
    await deliver({ ...services, outbox: { ...outbox, claim } }, "app");
    expect(by("teams")).toBe(2);
  });

  it("that is near is told by who wrote it, and by the queue only where that one is gone", async () => {
    await write("a");
    await deliver(services, "app");
    expect([by("log"), by("webhook")]).toEqual([0, 1]);
    now += 2 * minute;
    await deliver(services, "app");
    expect(by("log")).toBe(1);
  });

  it("has the same id however often it is told", async () => {
    down.add("webhook");
    await write("a");
    await sweepFor(hour);
    down.clear();
    await sweepFor(2 * hour);
    expect(new Set(told.map((each) => each.split(" ")[2])).size).toBe(1);
  });
});

describe("a sink that is down", () => {
  it("keeps none of the others waiting, and is told everything when it is back, each once", async () => {
    down.add("teams");
    await write("a", 5);
    await sweepFor(2 * hour);
    expect([by("log"), by("webhook"), by("teams")]).toEqual([5, 5, 0]);
    down.clear();
    await sweepFor(5 * hour);
    expect([by("log"), by("webhook"), by("teams")]).toEqual([5, 5, 5]);
  });

  it("is asked less and less often", async () => {
    down.add("teams");
    let asked = 0;
    services = {
      ...services,
      sinks: services.sinks.map((sink) =>
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
    await write("a");
    await sweepFor(hour);
    const first = asked;
    await sweepFor(10 * hour);
    expect(first).toBeGreaterThan(3);
    expect(asked - first).toBeLessThan(6);
  });

  it("is asked once for many: it is down for all of them", async () => {
    let asked = 0;
    const send = () => {
      asked++;
      return Promise.reject(new DeliveryError("it answers 503"));
    };
    await write("a", 5);
    await deliver({ ...services, sinks: [{ name: "teams", send }] }, "app");
    expect(asked).toBe(1);
  });

  it("is asked again within hours, however long it wants to be left alone", async () => {
    down.add("teams");
    retryAfterMs = 1_000 * hour;
    await write("a");
    await sweepFor(10 * minute);
    down.clear();
    await sweepFor(5 * hour);
    expect(by("teams")).toBe(1);
  });

  it("is not asked before it wants to be", async () => {
    down.add("teams");
    retryAfterMs = 2 * hour;
    await write("a");
    await sweepFor(10 * minute);
    down.clear();
    await sweepFor(90 * minute);
    expect(by("teams")).toBe(0);
    await sweepFor(hour);
    expect(by("teams")).toBe(1);
  });

  it("for a day is given up, which the others are told, once a day", async () => {
    down.add("teams");
    await write("a");
    await write("b");
    await sweepFor(30 * hour);
    const dead = told.filter((each) => each.includes("SinkDead"));
    expect(dead).toHaveLength(2);
    expect(new Set(dead.map((each) => each.split(" ")[0]))).toEqual(new Set(["log", "webhook"]));
    down.clear();
    await sweepFor(5 * hour);
    expect(told.filter((each) => each.startsWith("teams BreakerOpened")).length).toBeLessThanOrEqual(1);
    await write("c");
    await sweepFor(10 * minute);
    expect(by("teams")).toBeGreaterThanOrEqual(1);
  });

  const without = () => ({ ...services, sinks: services.sinks.filter(({ name }) => name !== "teams") });

  it("and is not configured here is told by an instance that knows it", async () => {
    await write("a");
    await announcing().announce("app");
    expect(await deliver(without(), "app")).toBe("later");
    expect([by("webhook"), by("teams")]).toEqual([1, 0]);
    const alerts = announcing();
    await alerts.enqueueLeftovers();
    expect(alerts.drainQueue()).toEqual([]);
    await sweepFor(2 * hour);
    expect([by("webhook"), by("teams")]).toEqual([1, 1]);
  });

  it("and is not configured any more is waited for no longer than a day", async () => {
    await write("a");
    const all = services;
    services = without();
    await sweepFor(23 * hour);
    expect(await services.outbox.undelivered("app")).toHaveLength(1);
    await sweepFor(2 * hour);
    expect(await services.outbox.undelivered("app")).toEqual([]);
    services = all;
    await sweepFor(hour);
    expect(by("teams")).toBe(0);
  });
});

describe("a sweep", () => {
  it("hands over so much at a time, and the next one goes on", async () => {
    const owner = (index: number) =>
      serviceIdOf(
        `/subscriptions/11111111-1111-4111-8111-111111111111/resourceGroups/rg/providers/Microsoft.ApiManagement/service/s${index}`,
      );
    for (let index = 0; index < 1_100; index++) await services.outbox.mark(owner(index));
    const alerts = announcing();
    await alerts.enqueueLeftovers();
    expect(alerts.drainQueue()).toHaveLength(1_000);
  });

  it("leaves alone what has its time", async () => {
    const mark = await services.outbox.mark("app");
    await services.outbox.settle(mark, new Date(now + hour).toISOString());
    const alerts = announcing();
    await alerts.enqueueLeftovers();
    expect(alerts.drainQueue()).toEqual([]);
    now += hour;
    await alerts.enqueueLeftovers();
    expect(alerts.drainQueue()).toEqual(["app"]);
  });
});

describe("a route", () => {
  const wanted = { types: ["Drawbridge.ConnectionHeld"], severities: ["critical"] } as const;
  const routes = routesTo([{ name: "teams", wanted }, { name: "webhook" }]);
  const of = (type: Alert["type"], data: Alert["data"] = {}) => routes({ type, data });

  it("goes to the log always, and to who wants the kind or how bad it is", () => {
    expect(of("Drawbridge.ConnectionHeld")).toEqual(["log", "teams", "webhook"]);
    expect(of("Drawbridge.AddressDrifted")).toEqual(["log", "teams", "webhook"]);
    expect(of("Drawbridge.ConnectionApproved")).toEqual(["log", "webhook"]);
  });

  it("never leads to the sink that is dead", () => {
    expect(of("Drawbridge.SinkDead", { sink: "teams" })).toEqual(["log", "webhook"]);
  });

  it("in observe leads to the summary, unless a person has to decide", () => {
    expect(of("Drawbridge.ConnectionHeld", { mode: "observe", verdict: "approve" })).toEqual(["summary"]);
    expect(of("Drawbridge.ConnectionHeld", { mode: "observe", verdict: "hold" })).toContain("log");
    expect(of("Drawbridge.ConnectionHeld", { mode: "approve-only", verdict: "reject" })).toContain("log");
  });
});

describe("the summary of observe", () => {
  it("counts all, and shows some", async () => {
    const { appState, clock } = services;
    const sink = summarySink(appState, clock);
    for (let index = 0; index < 30; index++)
      await sink.send({ ...held(`s${index}`), data: { verdict: "approve" } });
    now += hour;
    await sendSummary(appState, clock);
    const [summary] = await services.outbox.undelivered("app");
    expect(summary?.alert.data).toMatchObject({ counts: { approve: 30 }, examples: { length: 20 } });
  });

  it("is one alert an hour, and counts each decision once however often it is told", async () => {
    const { appState, clock } = services;
    const sink = summarySink(appState, clock);
    const decision = (name: string, verdict: string): Alert => ({ ...held(name), data: { verdict } });
    for (const each of [
      decision("a", "approve"),
      decision("a", "approve"),
      decision("b", "reject"),
      decision("c", "approve"),
    ])
      await sink.send(each);
    await sendSummary(appState, clock);
    now += hour;
    await sendSummary(appState, clock);
    await sendSummary(appState, clock);
    const alerts = (await services.outbox.undelivered("app")).filter(({ sink: name }) => name === "log");
    expect(alerts).toHaveLength(1);
    expect(alerts[0]?.alert).toMatchObject({
      type: "Drawbridge.ObserveSummary",
      data: { counts: { approve: 2, reject: 1 }, reason: expect.stringContaining("approve 2, reject 1") },
    });
    await sink.send(decision("a", "approve"));
    now += 2 * hour;
    await sendSummary(appState, clock);
    expect(
      (await services.outbox.undelivered("app")).filter(({ sink: name }) => name === "log"),
    ).toHaveLength(1);
  });
});
