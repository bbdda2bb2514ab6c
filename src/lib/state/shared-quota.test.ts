import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { seeded } from "../../../simulator/random.ts";
import { callQuota, QuotaExhausted } from "../azure/call-quota.ts";
import { QuotaUnavailable, type QuotaKind } from "../azure-quota.ts";
import { memoryRows } from "./memory-rows.ts";
import { rowsQuota } from "./shared-quota.ts";
import type { Rows } from "./rows.ts";

const clock = { now: () => new Date(Date.now()) };
const wait = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

/** The quota of each caller on Azure (see src/lib/azure-quota.ts for the documents). */
const azure = { reads: { size: 250, perSecond: 25 }, writes: { size: 200, perSecond: 10 } } as const;

describe("instances that share a quota in the table", () => {
  beforeEach(() => {
    vi.useFakeTimers({ now: 1_000_000 });
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it.each([
    [1, "reads"],
    [3, "reads"],
    [40, "reads"],
    [40, "writes"],
  ] as const)("%d of them together stay within Azure's bucket of %s", async (instances, kind) => {
    const rows = slow(memoryRows(), seeded(instances));
    const sentAt = await spend(instances, 60_000, () => callQuota(rowsQuota(rows, clock), clock, wait), kind);
    const { size, perSecond } = azure[kind];
    expect(refusedBy({ size, perSecond }, sentAt)).toBe(0);
    // They also use at least three quarters of the quota of a minute.
    expect(sentAt.length).toBeGreaterThan(0.75 * (size + 60 * perSecond));
  });

  it("would exceed it if each had a quota of its own: the test can fail", async () => {
    const sentAt = await spend(
      40,
      10_000,
      () => callQuota(rowsQuota(slow(memoryRows(), seeded(1)), clock), clock, wait),
      "reads",
    );
    expect(refusedBy(azure.reads, sentAt)).toBeGreaterThan(1_000);
  });

  it.each([1, 40])("send no more than 15 queries in any five seconds (%d of them)", async (instances) => {
    const rows = slow(memoryRows(), seeded(instances));
    const sentAt = await spend(
      instances,
      60_000,
      () => callQuota(rowsQuota(rows, clock), clock, wait),
      "queries",
    );
    for (const [index, at] of sentAt.entries())
      expect((sentAt[index + 15] ?? Infinity) - at).toBeGreaterThan(5_000);
    expect(sentAt.length).toBeGreaterThan(120);
  });
});

it("reports a table that does not answer as unavailable, with its cause", async () => {
  const cause = new Error("down");
  const rows = { ...memoryRows(), read: () => Promise.reject(cause) };
  const reserving = rowsQuota(rows, clock).reserve("reads", "s", 8);
  await expect(reserving).rejects.toBeInstanceOf(QuotaUnavailable);
  await expect(reserving).rejects.toMatchObject({ cause });
});

it.each(["reads", "queries"] as const)(
  "an instance whose clock is ten minutes ahead does not stop the %s of the others",
  async (kind) => {
    const rows = memoryRows();
    const now = { ms: 1_000_000 };
    const right = rowsQuota(rows, { now: () => new Date(now.ms) });
    const ahead = rowsQuota(rows, { now: () => new Date(now.ms + 600_000) });
    for (let call = 0; call < 20; call++) await ahead.reserve(kind, "s", 25);
    now.ms += 10_000;
    for (let call = 0; call < 5; call++) {
      const grant = await right.reserve(kind, "s", 1);
      expect(grant).toMatchObject({ kind: "granted" });
      expect("from" in grant && grant.from - now.ms).toBeLessThan(1_000);
    }
  },
);

/** Rows that take 5 to 40 ms for each operation, so that instances conflict. */
function slow(rows: Rows, chance: () => number): Rows {
  const late = async <T>(work: () => Promise<T>) => {
    await wait(5 + 35 * chance());
    return work();
  };
  return {
    ...rows,
    read: (key) => late(() => rows.read(key)),
    commit: (partition, writes) => late(() => rows.commit(partition, writes)),
  };
}

/**
 * Lets each instance make calls as fast as the quota allows, eight at once; returns when each call was sent, in order.
 */
async function spend(
  instances: number,
  forMs: number,
  makeQuota: () => ReturnType<typeof callQuota>,
  kind: QuotaKind,
): Promise<readonly number[]> {
  const sentAt: number[] = [];
  const until = Date.now() + forMs;
  for (let instance = 0; instance < instances; instance++) {
    const own = makeQuota();
    for (let lane = 0; lane < 8; lane++) void drive(own, lane);
  }
  async function drive(own: ReturnType<typeof callQuota>, lane: number): Promise<void> {
    while (Date.now() < until) {
      try {
        await own.take("s", kind);
        sentAt.push(Date.now());
        await wait(20 + lane);
      } catch (error) {
        if (!(error instanceof QuotaExhausted)) throw error;
        await wait(error.retryAfterMs);
      }
    }
  }
  await vi.advanceTimersByTimeAsync(forMs + 10_000);
  return sentAt.filter((at) => at < until);
}

/** Number of the calls that a token bucket refuses. */
function refusedBy(
  { size, perSecond }: { readonly size: number; readonly perSecond: number },
  sentAt: readonly number[],
): number {
  let [tokens, at, refused] = [size, sentAt[0] ?? 0, 0];
  for (const ms of sentAt) {
    tokens = Math.min(size, tokens + ((ms - at) / 1000) * perSecond);
    at = ms;
    if (tokens < 1) refused++;
    else tokens--;
  }
  return refused;
}
