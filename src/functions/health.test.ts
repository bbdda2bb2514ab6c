import { beforeEach, describe, expect, it } from "vitest";
import { addressCheck } from "../lib/addresses/check/check-pass.ts";
import { announcements } from "../lib/alerts/announce.ts";
import type { AppState } from "../lib/app-state.ts";
import type { Alert } from "../lib/alerts/alert.ts";
import type { DeliveryServices } from "../lib/alerts/deliver.ts";
import type { Sink } from "../lib/alerts/sink.ts";
import { unavailableSink } from "../lib/alerts/unavailable-sinks.ts";
import { minuteMs } from "../lib/clock.ts";
import type { Config } from "../lib/config/config.ts";
import { breakers } from "../lib/connections/breakers/breakers.ts";
import { sweeps } from "../lib/connections/sweep/sweep-pass.ts";
import { timerWatch, type TimerWatch } from "../lib/estate/overdue.ts";
import { beginRun, endRun } from "../lib/estate/scan-run.ts";
import type { ScanKind } from "../lib/estate/scan-run-row.ts";
import { jsonLog } from "../lib/log.ts";
import type { LoadedPolicy } from "../lib/policy/loaded-policy.ts";
import { rowsAppState } from "../lib/state/app-state.ts";
import { memoryRows } from "../lib/state/memory-rows.ts";
import { rowsOutbox } from "../lib/state/outbox.ts";
import type { Rows } from "../lib/state/rows.ts";
import { serviceIdOf } from "../../test/ids.ts";
import { health, unavailableSinks } from "./health.ts";

/** Health and alerts about timers that do not run, or that start and never complete. */
const start = "2026-11-24T08:00:00.000Z";
const timers = [
  { ...sweeps, periodMs: 5 * minuteMs },
  { ...addressCheck, periodMs: 15 * minuteMs },
];

const config = { rateLimits: { approvalsPerHour: 2, requestsPerHour: 4, revocationsPerRun: 5 } } as Config;

let now: Date;
let rows: Rows;
let appState: AppState;
let told: Alert[];
const clock = { now: () => now };

beforeEach(() => {
  now = new Date(start);
  rows = memoryRows();
  appState = rowsAppState(rows, () => ["near"]);
  told = [];
});

const pass = (minutes: number) => {
  now = new Date(now.getTime() + minutes * minuteMs);
};

/** The problems that a new process of the app reports. */
async function problems(state = appState, sinks: readonly Sink[] = []): Promise<readonly string[]> {
  const policy = () => Promise.resolve({ kind: "valid" } as LoadedPolicy);
  const delivery = { sinks } as unknown as DeliveryServices;
  const services = { policy, appState: state, clock, addressProblems: [], delivery, timers, config };
  const answer = await health(services)();
  const { status, problems: found } = answer.jsonBody as { status: string; problems: string[] };
  const isUnavailable = found.some((each) => !each.includes(" breaker has been open"));
  expect([answer.status, status]).toEqual([
    isUnavailable ? 503 : 200,
    found.length === 0 ? "ok" : "degraded",
  ]);
  return found;
}

/** A new process whose functions run. */
function process(): TimerWatch {
  const near = {
    name: "near",
    inProcess: true,
    send: (each: Alert) => Promise.resolve(void told.push(each)),
  } as const;
  const log = jsonLog(() => {}, clock);
  return timerWatch(timers, {
    appState,
    clock,
    alerts: announcements(rowsOutbox(rows), [near], log, clock),
  });
}

async function runs(of: ScanKind, ends: boolean): Promise<void> {
  const run = await beginRun(of, { appState, clock, newId: () => "me" }, 5 * minuteMs);
  if (run !== undefined) await endRun(of, { appState, clock }, run, ends);
}

describe("health", () => {
  it("is ok without one of the sinks, which is a warning for the holder of a key", async () => {
    const teams = unavailableSink("teams", "the vault kv-1 has no secret teams-url");
    expect(await problems(appState, [teams])).toEqual([]);
    const delivery = { sinks: [teams] } as unknown as DeliveryServices;
    expect(unavailableSinks({ delivery })).toEqual([
      "the sink teams is unavailable and gets no alerts: the vault kv-1 has no secret teams-url",
    ]);
  });

  it("is ok until three periods have passed, and then names each timer that never ran", async () => {
    expect(await problems()).toEqual([]);
    pass(14);
    expect(await problems()).toEqual([]);
    pass(1);
    expect(await problems()).toEqual([`no sweep has ever begun, though the app first started at ${start}`]);
    pass(30);
    expect(await problems()).toEqual([
      `no sweep has ever begun, though the app first started at ${start}`,
      `no check of the addresses has ever begun, though the app first started at ${start}`,
    ]);
  });

  it("keeps the first start across processes that end before any timer runs", async () => {
    for (let minutes = 0; minutes < 12; minutes += 4) {
      expect(await problems(rowsAppState(rows, () => []))).toEqual([]);
      pass(4);
    }
    pass(4);
    expect(await problems(rowsAppState(rows, () => []))).toHaveLength(1);
  });

  it("has one first start where several instances start at once", async () => {
    const instances = Array.from({ length: 5 }, () => problems(rowsAppState(rows, () => [])));
    expect(await Promise.all(instances)).toEqual([[], [], [], [], []]);
    pass(60);
    const answers = await Promise.all([problems(), problems(rowsAppState(rows, () => []))]);
    expect(answers[0]).toEqual(answers[1]);
  });

  it("distinguishes a timer that starts and never completes from one that never started", async () => {
    await problems();
    for (let times = 0; times < 4; times++) {
      pass(5);
      await runs(sweeps, false);
    }
    expect(await problems()).toEqual([
      `no sweep has ever completed, though the app first started at ${start}`,
    ]);
    await runs(sweeps, true);
    expect(await problems()).toEqual([]);
    const ended = now.toISOString();
    pass(20);
    expect(await problems()).toEqual([`no sweep has completed since ${ended}`]);
  });

  it("names a breaker that is open, since when, until when at the earliest, and its setting", async () => {
    await runs(sweeps, true);
    const limited = breakers(appState, config.rateLimits, clock);
    const service = serviceIdOf(
      "/subscriptions/11111111-1111-4111-8111-111111111111/resourceGroups/rg/providers/Microsoft.ApiManagement/service/apim",
    );
    for (let times = 0; times < 3; times++) await limited.acquireApproval();
    pass(1);
    for (let times = 0; times < 5; times++) await limited.countRequest({ service, foundBySweep: false });
    expect(await problems()).toEqual([
      "the requests breaker has been open since 2026-11-24T08:01:00.000Z, and closes at 2026-11-24T09:05:00.000Z at the earliest: more new requests came within an hour than DRAWBRIDGE_MAX_REQUESTS_PER_HOUR allows (4), so new requests are held until fewer come. If so many are wanted, raise the setting to at least twice their number, or decide them by hand; if not, stop the requester",
      "the approvals breaker has been open since 2026-11-24T08:00:00.000Z, and closes at 2026-11-24T09:04:00.000Z at the earliest: within an hour, as many connections were approved as DRAWBRIDGE_MAX_APPROVALS_PER_HOUR allows (2), so approvals wait until the number falls. If so many are wanted, raise the setting; if not, stop the requester, add a reject rule, or reject by hand",
    ]);
    pass(63);
    await runs(sweeps, true);
    await runs(addressCheck, true);
    await limited.refresh();
    expect(await problems()).toEqual([expect.stringContaining("the requests breaker")]);
    pass(1);
    await limited.refresh();
    expect(await problems()).toEqual([]);
  });

  it("raises no alert by itself", async () => {
    await problems();
    pass(600);
    await problems();
    expect(await rowsOutbox(rows).undelivered("app")).toEqual([]);
  });
});

describe("the anonymous health", () => {
  it("quotes nothing of the policy or the declared addresses", async () => {
    const answer = await health({
      policy: () =>
        Promise.resolve({ kind: "invalid", hash: "x", problems: ["quoted-policy"] } as LoadedPolicy),
      addressProblems: ["quoted-addresses"],
      appState,
      clock,
      delivery: { sinks: [] } as unknown as DeliveryServices,
      timers,
      config,
    })();
    expect(answer.jsonBody).toEqual({
      status: "degraded",
      problems: ["the policy does not load, so everything is held", "the declared addresses are not usable"],
    });
  });
});

describe("a process whose functions run", () => {
  it("raises one alert for each timer that never ran, however many processes notice it", async () => {
    await process().checkNow();
    pass(46);
    await Promise.all([process().checkNow(), process().checkNow()]);
    await process().checkNow();
    expect(told.map(({ type, subject, data }) => [type, subject, data.since])).toEqual([
      ["Drawbridge.SweepOverdue", "sweep", start],
      ["Drawbridge.SweepOverdue", "addresses", start],
    ]);
  });

  it("raises an alert when one timer stops, and again only after it has completed once more", async () => {
    await runs(sweeps, true);
    for (let times = 0; times < 8; times++) {
      pass(5);
      await runs(addressCheck, true);
      await process().checkNow();
    }
    expect(told.map(({ subject, data }) => [subject, data.since])).toEqual([["sweep", start]]);
    await runs(sweeps, true);
    const ended = now.toISOString();
    for (let times = 0; times < 5; times++) {
      pass(5);
      await runs(addressCheck, true);
      await process().checkNow();
    }
    expect(told.map(({ subject, data }) => [subject, data.since])).toEqual([
      ["sweep", start],
      ["sweep", ended],
    ]);
  });

  it("raises an alert when a timer that never completes starts, although nothing else runs", async () => {
    await runs(sweeps, false);
    for (let times = 0; times < 6; times++) {
      pass(5);
      await runs(sweeps, false);
    }
    expect(await rowsOutbox(rows).undelivered("app")).toMatchObject([
      { alert: { subject: "sweep", data: { since: start } } },
    ]);
  });

  it("raises no alert for a first run that is late by its schedule", async () => {
    await problems();
    // Where nights are left out, the first run may come half a day after the start, and the next in five minutes.
    pass(14 * 60);
    await runs(sweeps, true);
    expect(await rowsOutbox(rows).undelivered("app")).toEqual([]);
  });

  it("checks once a minute beside its work, and not in its first", async () => {
    await problems();
    let reads = 0;
    const counting: Rows = { ...rows, read: (key) => (reads++, rows.read(key)) };
    appState = rowsAppState(counting, () => []);
    const watch = process();
    await watch.check();
    expect(reads).toBe(0);
    pass(1);
    await watch.check();
    const once = reads;
    expect(once).toBeGreaterThan(0);
    await watch.check();
    expect(reads).toBe(once);
    pass(1);
    await watch.check();
    expect(reads).toBe(2 * once);
  });
});
