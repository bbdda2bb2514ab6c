import { setTimeout as sleep } from "node:timers/promises";
import type { Clock } from "../clock.ts";
import { validMs, type Grant, type QuotaKind, type SharedQuota } from "../azure-quota.ts";

/** Waits; rejects if the signal aborts. */
type Wait = (ms: number, signal?: AbortSignal) => Promise<void>;

const waitReally: Wait = (ms, signal) => sleep(ms, undefined, signal === undefined ? {} : { signal });

/** Thrown if the quota is used up for longer than a call can wait. */
export class QuotaExhausted extends Error {
  override readonly name = "QuotaExhausted";
  readonly retryAfterMs: number;
  constructor(retryAfterMs: number) {
    super("the quota of calls to Azure is used up for the moment");
    this.retryAfterMs = retryAfterMs;
  }
}

/** The calls to Azure that this process has reserved of the shared quota. */
export interface CallQuota {
  /**
   * Resolves when the call may be made; rejects if that is after its deadline.
   * @throws {QuotaExhausted | QuotaUnavailable}
   */
  take(subscription: string, kind: QuotaKind, signal?: AbortSignal): Promise<void>;
  /** Pauses further calls after Azure refused one and named the time to wait. */
  pause(subscription: string, kind: QuotaKind, ms: number): void;
  /** Rest of the pause in milliseconds; 0 if not paused. */
  pausedMs(subscription: string, kind: QuotaKind): number;
}

/** Calls per reservation: a review makes about eight reads, and a full queue of waiting calls needs one reservation. */
const atOnce: Readonly<Record<QuotaKind, { readonly least: number; readonly most: number }>> = {
  reads: { least: 8, most: 25 },
  writes: { least: 1, most: 10 },
  queries: { least: 1, most: 1 },
};

export function callQuota(shared: SharedQuota, clock: Clock, wait: Wait = waitReally): CallQuota {
  const pools = new Map<string, Pool>();
  const pausedUntil = new Map<string, number>();
  const nowMs = () => clock.now().getTime();
  const pausedMs: CallQuota["pausedMs"] = (subscription, kind) =>
    Math.max(0, (pausedUntil.get(`${kind} ${subscription}`) ?? 0) - nowMs());

  function poolOf(subscription: string, kind: QuotaKind): Pool {
    const key = `${kind} ${subscription}`;
    const { least, most } = atOnce[kind];
    const made =
      pools.get(key) ??
      pool(
        async (waiting) => {
          const count = Math.min(most, Math.max(least, waiting));
          return { count, grant: await shared.reserve(kind, subscription, count) };
        },
        { nowMs, wait, validForMs: validMs[kind] },
      );
    pools.set(key, made);
    return made;
  }

  return {
    pausedMs,
    take: async (subscription, kind, signal) => {
      signal?.throwIfAborted();
      const pauseMs = pausedMs(subscription, kind);
      if (pauseMs > 0) await wait(pauseMs, signal);
      await poolOf(subscription, kind).take(signal);
    },
    pause: (subscription, kind, ms) => {
      const key = `${kind} ${subscription}`;
      pausedUntil.set(key, Math.max(nowMs() + ms, pausedUntil.get(key) ?? 0));
    },
  };
}

/** Reserved calls of one subscription and kind, and the callers that wait for one. */
interface Pool {
  readonly take: (signal?: AbortSignal) => Promise<void>;
}

interface Waiting {
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

interface PoolOptions {
  readonly nowMs: () => number;
  readonly wait: Wait;
  readonly validForMs: number;
}

function pool(
  reserve: (waiting: number) => Promise<{ readonly count: number; readonly grant: Grant }>,
  { nowMs, wait, validForMs }: PoolOptions,
): Pool {
  const waiting: Waiting[] = [];
  let [left, validUntil, isRefilling] = [0, 0, false];

  async function refillOnce(): Promise<void> {
    const { count, grant } = await reserve(waiting.length);
    if (grant.kind === "refused") throw new QuotaExhausted(grant.retryAfterMs);
    const waitMs = grant.from - nowMs();
    if (waitMs > 0) await wait(waitMs);
    // A reservation that took too long has expired.
    validUntil = grant.from + validForMs;
    left = nowMs() < validUntil ? count : 0;
    while (left > 0 && waiting.length > 0) {
      left--;
      waiting.shift()?.resolve();
    }
  }

  /**
   * Makes one reservation at a time while calls wait. A failure rejects all of them, and each caller retries at its own
   * time.
   */
  async function refill(): Promise<void> {
    isRefilling = true;
    try {
      while (waiting.length > 0) await refillOnce();
    } catch (error) {
      for (const each of waiting.splice(0)) each.reject(error);
    } finally {
      isRefilling = false;
    }
  }

  return {
    take: (signal) => {
      if (left > 0 && nowMs() < validUntil) {
        left--;
        return Promise.resolve();
      }
      return new Promise((resolve, reject) => {
        const entry: Waiting = {
          resolve: () => {
            signal?.removeEventListener("abort", abort);
            resolve();
          },
          reject,
        };
        const abort = () => {
          const index = waiting.indexOf(entry);
          if (index >= 0) waiting.splice(index, 1);
          reject(signal?.reason as Error);
        };
        signal?.addEventListener("abort", abort, { once: true });
        waiting.push(entry);
        if (!isRefilling) void refill();
      });
    },
  };
}
