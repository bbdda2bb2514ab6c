import { setTimeout as sleep } from "node:timers/promises";
import type { HttpHeaders, PipelinePolicy } from "@azure/core-rest-pipeline";
import type { Clock } from "../clock.ts";
import { retryAfterOf } from "./errors.ts";

type Kind = "reads" | "writes" | "queries";

/**
 * ARM gives each caller a bucket for each subscription: 250 reads and 25 more a second, 200 writes and 10 more a
 * second (Azure's document "Understand how Azure Resource Manager throttles requests"). Just under that, nothing is
 * refused.
 */
const buckets: Readonly<
  Record<Exclude<Kind, "queries">, { readonly size: number; readonly perSecond: number }>
> = {
  reads: { size: 240, perSecond: 24 },
  writes: { size: 190, perSecond: 9.5 },
};

/**
 * Resource Graph gives each caller 15 queries in five seconds (Azure's document "Guidance for throttled requests in
 * Azure Resource Graph"): one fewer in a little longer, and none is refused.
 */
const queries = { most: 14, withinMs: 5_200 } as const;

/** A longer pause is not waited for in a call: whoever calls has a time to try again of its own. */
const pauseMaxMs = 2_000;

/** Lets time pass; rejects where the signal ends it. */
type Wait = (ms: number, signal?: AbortSignal) => Promise<void>;

const waitReally: Wait = (ms, signal) => sleep(ms, undefined, signal === undefined ? {} : { signal });

export interface Budget {
  /** Resolves when the call may be made; rejects where that would be after its time. */
  take(subscription: string, kind: Kind, signal?: AbortSignal): Promise<void>;
  /** Azure refused a call, and said for how long it would refuse the next ones. */
  pause(subscription: string, kind: Kind, ms: number): void;
  /** For how long that still is, in milliseconds; 0 where it is not paused. */
  pausedMs(subscription: string, kind: Kind): number;
}

/** This instance's share of the buckets; `instances` of them share what ARM gives the app's identity. */
export function budget(clock: Clock, instances: number, wait: Wait = waitReally): Budget {
  const levels = new Map<string, { tokens: number; at: number }>();
  const asked: number[] = [];
  const pausedUntil = new Map<string, number>();

  /** When the next query may be sent: the window has to have passed since the one that filled it. */
  function waitForQuery(now: number): number {
    const most = Math.max(1, Math.floor(queries.most / instances));
    const withinMs = queries.withinMs * Math.max(1, instances / queries.most);
    const at = Math.max(now, (asked.at(-most) ?? -Infinity) + withinMs);
    asked.push(at);
    asked.splice(0, asked.length - queries.most);
    return at - now;
  }

  function pausedMs(subscription: string, kind: Kind): number {
    const until = pausedUntil.get(`${kind} ${subscription}`) ?? 0;
    return Math.max(0, until - clock.now().getTime());
  }

  return {
    pausedMs,
    take: async (subscription, kind, signal) => {
      const pauseMs = pausedMs(subscription, kind);
      if (pauseMs > 0) await wait(pauseMs, signal);
      if (kind === "queries") {
        const waitMs = waitForQuery(clock.now().getTime());
        if (waitMs > 0) await wait(waitMs, signal);
        return;
      }
      const { size, perSecond } = buckets[kind];
      const [most, rate] = [size / instances, perSecond / instances];
      const now = clock.now().getTime();
      const key = `${kind} ${subscription}`;
      const level = levels.get(key) ?? { tokens: most, at: now };
      const tokens = Math.min(most, level.tokens + ((now - level.at) / 1000) * rate) - 1;
      // Below zero, each call has a place in the queue, and waits for just that long.
      levels.set(key, { tokens, at: now });
      if (tokens < 0) await wait((-tokens / rate) * 1000, signal);
    },
    pause: (subscription, kind, ms) => {
      const key = `${kind} ${subscription}`;
      const until = clock.now().getTime() + ms;
      pausedUntil.set(key, Math.max(until, pausedUntil.get(key) ?? 0));
    },
  };
}

/** Somebody who counts requests, by what they draw on and how they were answered. */
export type Seen = (kind: Kind, status: number) => void;

const inSubscription = /^\/subscriptions\/([^/]+)\//i;

/**
 * Keeps every request, polls and pages included, within the budget. While Azure has said that it would refuse, it is not
 * asked: its refusal is given again, with what is left of the wait. `headersOf` is the pipeline's own maker of headers.
 */
export function budgeted(
  within: Budget,
  headersOf: (headers: Record<string, string>) => HttpHeaders,
  seen: Seen = () => {},
): PipelinePolicy {
  return {
    name: "drawbridgeBudgeted",
    sendRequest: async (request, next) => {
      const [, subscription = ""] = inSubscription.exec(new URL(request.url).pathname) ?? [];
      const of = subscription.toLowerCase();
      const kind = of === "" ? "queries" : request.method === "GET" ? "reads" : "writes";
      const refused = (ms: number) => {
        seen(kind, 429);
        const headers = headersOf({ "retry-after": String(Math.ceil(ms / 1000)) });
        return { request, status: 429, headers, bodyAsText: refusal };
      };
      const before = within.pausedMs(of, kind);
      if (before > pauseMaxMs) return refused(before);
      await within.take(of, kind, request.abortSignal as AbortSignal | undefined);
      // Azure may have refused another call while this one waited for its turn.
      const meanwhile = within.pausedMs(of, kind);
      if (meanwhile > 0) return refused(meanwhile);
      const response = await next(request);
      seen(kind, response.status);
      const waitMs = response.status === 429 ? retryAfterOf(response) : undefined;
      if (waitMs !== undefined) within.pause(of, kind, waitMs);
      return response;
    },
  };
}

/** In ARM's own form. */
const refusal = JSON.stringify({
  error: { code: "QuotaPaused", message: "Azure said to wait, and was not asked." },
});
