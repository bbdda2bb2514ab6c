import { alert, type Alert } from "../../src/lib/alerts/alert.ts";
import { announcements } from "../../src/lib/alerts/announce.ts";
import { deliver, type DeliveryServices } from "../../src/lib/alerts/deliver.ts";
import { routesTo } from "../../src/lib/alerts/routes.ts";
import { DeliveryError, type Sink } from "../../src/lib/alerts/sink.ts";
import { minuteMs } from "../../src/lib/clock.ts";
import { jsonLog } from "../../src/lib/log.ts";
import { noTelemetry } from "../../src/lib/telemetry.ts";
import { rowsAppState } from "../../src/lib/state/app-state.ts";
import { memoryRows } from "../../src/lib/state/memory-rows.ts";
import { rowsOutbox } from "../../src/lib/state/outbox.ts";
import type { Rows } from "../../src/lib/state/rows.ts";

/** The delivery of alerts in memory, to a log, Teams and a webhook, with a clock that tests advance. */
export interface DeliveryFixture {
  now: number;
  /** Names of the sinks that fail. */
  readonly down: Set<string>;
  /** What a failing sink asks for; undefined if it asks for nothing. */
  retryAfterMs: number | undefined;
  /** Each delivery as sink, type and id. */
  readonly sent: string[];
  readonly logged: string[];
  readonly rows: Rows;
  services: DeliveryServices;
  announcing(): ReturnType<typeof announcements>;
  /** Writes alerts like the rest of the app: in one transaction with a row. */
  write(name: string, count?: number): Promise<void>;
  /** Advances the clock in steps of five minutes, and runs what a sweep and the queue do. */
  sweepFor(ms: number): Promise<void>;
  /** The number of deliveries to a sink. */
  countOf(sink: string): number;
}

export const breakerOpened = (name: string): Alert =>
  alert("Drawbridge.BreakerOpened", "app", { version: name, time: "2026-11-24T12:00:00Z", data: {} });

export function deliveryFixture(): DeliveryFixture {
  const clock = { now: () => new Date(fixture.now) };
  const rows = memoryRows();
  const sink = (name: string): Sink => ({
    name,
    send: (each) => {
      if (fixture.down.has(name))
        return Promise.reject(new DeliveryError("it answers 503", fixture.retryAfterMs));
      fixture.sent.push(`${name} ${each.type.slice(11)} ${each.id}`);
      return Promise.resolve();
    },
  });
  const fixture: DeliveryFixture = {
    now: Date.parse("2026-11-24T12:00:00Z"),
    down: new Set(),
    retryAfterMs: undefined,
    sent: [],
    logged: [],
    rows,
    services: {
      outbox: rowsOutbox(rows),
      sinks: [{ ...sink("log"), inProcess: true }, sink("teams"), sink("webhook")],
      appState: rowsAppState(rows, routesTo([{ name: "teams" }, { name: "webhook" }])),
      clock,
      log: jsonLog((line) => fixture.logged.push(line), clock),
      telemetry: noTelemetry,
    },
    announcing: () => {
      const { outbox, sinks, log } = fixture.services;
      return announcements(outbox, sinks, log, clock);
    },
    write: async (name, count = 1) => {
      const alerts = Array.from({ length: count }, (_, index) => breakerOpened(`${name}-${index}`));
      await fixture.services.appState.update(name, () => ({ value: { name }, alerts }));
    },
    sweepFor: async (ms) => {
      for (const until = fixture.now + ms; fixture.now < until; fixture.now += 5 * minuteMs) {
        const alerts = fixture.announcing();
        await alerts.announce("app");
        await alerts.enqueueLeftovers();
        for (const owner of alerts.drainQueue()) await deliver(fixture.services, owner);
      }
    },
    countOf: (name) => fixture.sent.filter((each) => each.startsWith(name)).length,
  };
  return fixture;
}
