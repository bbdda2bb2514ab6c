import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { smallEstate, subscriptions } from "../../../simulator/estate/estate.ts";
import { startSimulator, type Simulator } from "../../../simulator/server.ts";
import { systemClock } from "../clock.ts";
import { jsonLog } from "../log.ts";
import { arm } from "./arm.ts";
import { armClients } from "./arm-clients.ts";
import { ownQuota, QuotaUnavailable, validMs } from "../azure-quota.ts";
import { callQuota, QuotaExhausted } from "./call-quota.ts";
import { parseServiceId } from "./resource-id.ts";
import { onSimulator } from "../../azure-or-simulator.ts";

describe("the quota of calls", () => {
  /** A clock that waiting advances, so that the time of a call shows how long it waited. */
  const world = () => {
    const time = { ms: 0 };
    const clock = { now: () => new Date(time.ms) };
    const wait = (ms: number) => {
      time.ms += ms;
      return Promise.resolve();
    };
    return { time, clock, wait };
  };

  it.each([
    ["reads", 190, 24],
    ["writes", 170, 9.5],
  ] as const)("gives %s at once up to %d, then %d a second", async (kind, size, perSecond) => {
    const { time, clock, wait } = world();
    const within = callQuota(ownQuota(clock), clock, wait);
    for (let taken = 0; taken < size; taken++) await within.take("s", kind);
    // The last reservation may have asked for more than was available.
    expect(time.ms).toBeLessThan(1_000);
    for (let taken = 0; taken < 10 * perSecond; taken++) await within.take("s", kind);
    expect(time.ms).toBeGreaterThan(9_000);
    expect(time.ms).toBeLessThan(12_000);
  });

  it("is separate for each subscription and kind", async () => {
    const { time, clock, wait } = world();
    const within = callQuota(ownQuota(clock), clock, wait);
    for (let taken = 0; taken < 200; taken++) await within.take("a", "reads");
    expect(time.ms).toBeGreaterThan(0);
    time.ms = 0;
    await within.take("a", "writes");
    await within.take("b", "reads");
    expect(time.ms).toBe(0);
  });

  it("sends 14 queries at once, and the next after the window", async () => {
    const { time, clock, wait } = world();
    const within = callQuota(ownQuota(clock), clock, wait);
    for (let taken = 0; taken < 14; taken++) await within.take("", "queries");
    expect(time.ms).toBe(0);
    await expect(within.take("", "queries")).rejects.toBeInstanceOf(QuotaExhausted);
    time.ms = 2_000;
    await within.take("", "queries");
    expect(time.ms).toBe(6_200);
  });

  it("keeps five seconds between 15 queries, although the first ones are made as late as they may be", async () => {
    const time = { ms: 0 };
    const quota = ownQuota({ now: () => new Date(time.ms) });
    for (let taken = 0; taken < 14; taken++)
      expect(await quota.reserve("queries", "", 1)).toEqual({ kind: "granted", from: 0 });
    time.ms = 3_000;
    const next = await quota.reserve("queries", "", 1);
    expect(next.kind === "granted" && next.from - validMs.queries).toBeGreaterThan(5_000);
  });

  it("forgets a reservation that was not used in time", async () => {
    const { time, clock, wait } = world();
    let reservations = 0;
    const counting = {
      reserve: () => Promise.resolve({ kind: "granted", from: (reservations++, time.ms) } as const),
    };
    const within = callQuota(counting, clock, wait);
    for (let taken = 0; taken < 8; taken++) await within.take("s", "reads");
    expect(reservations).toBe(1);
    await within.take("s", "reads");
    time.ms += 2_000;
    await within.take("s", "reads");
    expect(reservations).toBe(3);
  });

  it("does not make a call wait beyond its deadline", async () => {
    const { clock } = world();
    const within = callQuota({ reserve: () => new Promise(() => {}) }, clock);
    await expect(within.take("s", "reads", AbortSignal.timeout(5))).rejects.toThrow("aborted");
  });

  it("gives nothing to a call that was given up before it began", async () => {
    const { clock, wait } = world();
    const within = callQuota(ownQuota(clock), clock, wait);
    await within.take("s", "reads");
    await expect(within.take("s", "reads", AbortSignal.abort())).rejects.toThrow("aborted");
  });

  it("rejects every waiting call if no reservation can be made, and tries again for the next one", async () => {
    const { clock, wait } = world();
    const own = ownQuota(clock);
    let isDown = true;
    const quota = {
      reserve: (...call: Parameters<typeof own.reserve>) =>
        isDown ? Promise.reject(new QuotaUnavailable("down")) : own.reserve(...call),
    };
    const within = callQuota(quota, clock, wait);
    const calls = [within.take("s", "reads"), within.take("s", "reads")];
    for (const call of calls) await expect(call).rejects.toBeInstanceOf(QuotaUnavailable);
    isDown = false;
    await within.take("s", "reads");
  });
});

describe("ARM's throttling", () => {
  let simulator: Simulator;
  beforeEach(async () => {
    simulator = await startSimulator(smallEstate());
  });
  afterEach(() => simulator.stop());

  const id = parseServiceId(
    `/subscriptions/${subscriptions.platform}/resourceGroups/rg-apim/providers/Microsoft.ApiManagement/service/apim-orders`,
  );
  const azureWith = (options: Parameters<typeof armClients>[1]) =>
    arm(
      armClients(onSimulator(simulator.url).arm, options),
      jsonLog(() => {}, systemClock),
      systemClock,
    );
  const ask = async (azure: ReturnType<typeof arm>, times: number) => {
    if (id === undefined) throw new Error("no id");
    const reads = await Promise.all(Array.from({ length: times }, () => azure.service(id)));
    return reads.filter(({ kind }) => kind === "unknown");
  };

  it("refuses a burst without a quota, and names the time to wait", async () => {
    await ask(azureWith({}), 300);
    expect(simulator.seen.filter(({ status }) => status === 429).length).toBeGreaterThan(0);
  });

  it("receives no further request before the time that it named", async () => {
    let now = 0;
    const answer = {
      status: 429,
      body: { error: { code: "TooManyRequests" } },
      headers: { "retry-after": "30" },
    };
    simulator.faults.add({ method: "GET", path: "/service/", does: { kind: "answer", answer } });
    const moved = { now: () => new Date(now) };
    const azure = azureWith({ quota: callQuota(ownQuota(moved), moved) });
    const throttled = [{ kind: "unknown", reason: "throttled" }];
    for (let times = 0; times < 3; times++) expect(await ask(azure, 1)).toEqual(throttled);
    now = 27_900;
    expect(await ask(azure, 1)).toEqual(throttled);
    expect(simulator.seen).toHaveLength(1);
    now = 30_000;
    expect(await ask(azure, 1)).toEqual([]);
  });

  it("is waited for if the wait is short", async () => {
    const still = { now: () => new Date(0) };
    const within = callQuota(ownQuota(still), still);
    within.pause("s", "reads", 50);
    const before = performance.now();
    await within.take("s", "reads");
    expect(performance.now() - before).toBeGreaterThan(45);
    await within.take("other", "reads");
  });

  it("refuses no request that keeps to the quota", async () => {
    expect(await ask(azureWith({ quota: callQuota(ownQuota(systemClock), systemClock) }), 220)).toEqual([]);
    expect(simulator.seen.filter(({ status }) => status === 429)).toEqual([]);
  });
});
