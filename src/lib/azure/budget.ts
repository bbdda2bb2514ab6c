import { setTimeout as sleep } from "node:timers/promises";
import type { PipelinePolicy } from "@azure/core-rest-pipeline";
import type { Clock } from "../clock.ts";

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

export interface Budget {
  /** Resolves when the call may be made; rejects where that would be after its time. */
  take(subscription: string, kind: Kind, signal?: AbortSignal): Promise<void>;
}

/** This instance's share of the buckets; `instances` of them share what ARM gives the app's identity. */
export function budget(clock: Clock, instances: number): Budget {
  const levels = new Map<string, { tokens: number; at: number }>();
  const asked: number[] = [];

  /** When the next query may be sent: the window has to have passed since the one that filled it. */
  function waitForQuery(now: number): number {
    const most = Math.max(1, Math.floor(queries.most / instances));
    const withinMs = queries.withinMs * Math.max(1, instances / queries.most);
    const at = Math.max(now, (asked.at(-most) ?? -Infinity) + withinMs);
    asked.push(at);
    asked.splice(0, asked.length - queries.most);
    return at - now;
  }

  return {
    take: async (subscription, kind, signal) => {
      const waiting = signal === undefined ? {} : { signal };
      if (kind === "queries") {
        const waitMs = waitForQuery(clock.now().getTime());
        if (waitMs > 0) await sleep(waitMs, undefined, waiting);
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
      if (tokens < 0) await sleep((-tokens / rate) * 1000, undefined, waiting);
    },
  };
}

const inSubscription = /^\/subscriptions\/([^/]+)\//i;

/** Keeps every request, polls and pages included, within the budget. */
export function budgeted(within: Budget): PipelinePolicy {
  return {
    name: "drawbridgeBudgeted",
    sendRequest: async (request, next) => {
      const [, subscription] = inSubscription.exec(new URL(request.url).pathname) ?? [];
      const kind = subscription === undefined ? "queries" : request.method === "GET" ? "reads" : "writes";
      await within.take(
        subscription?.toLowerCase() ?? "",
        kind,
        request.abortSignal as AbortSignal | undefined,
      );
      return next(request);
    },
  };
}
