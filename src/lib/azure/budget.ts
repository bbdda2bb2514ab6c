import { setTimeout as sleep } from "node:timers/promises";
import type { PipelinePolicy } from "@azure/core-rest-pipeline";
import type { Clock } from "../clock.ts";

type Kind = "reads" | "writes";

/**
 * ARM gives each caller a bucket for each subscription: 250 reads and 25 more a second, 200 writes and 10 more a
 * second (Azure's document "Understand how Azure Resource Manager throttles requests"). Just under that, nothing is
 * refused.
 */
const buckets: Readonly<Record<Kind, { readonly size: number; readonly perSecond: number }>> = {
  reads: { size: 240, perSecond: 24 },
  writes: { size: 190, perSecond: 9.5 },
};

export interface Budget {
  /** Resolves when the call may be made; rejects where that would be after its time. */
  take(subscription: string, kind: Kind, signal?: AbortSignal): Promise<void>;
}

/** This instance's share of the buckets; `instances` of them share what ARM gives the app's identity. */
export function budget(clock: Clock, instances: number): Budget {
  const levels = new Map<string, { tokens: number; at: number }>();
  return {
    take: async (subscription, kind, signal) => {
      const { size, perSecond } = buckets[kind];
      const [most, rate] = [size / instances, perSecond / instances];
      const now = clock.now().getTime();
      const key = `${kind} ${subscription}`;
      const level = levels.get(key) ?? { tokens: most, at: now };
      const tokens = Math.min(most, level.tokens + ((now - level.at) / 1000) * rate) - 1;
      // Below zero, each call has a place in the queue, and waits for just that long.
      levels.set(key, { tokens, at: now });
      if (tokens < 0) await sleep((-tokens / rate) * 1000, undefined, signal === undefined ? {} : { signal });
    },
  };
}

const inSubscription = /^\/subscriptions\/([^/]+)\//i;

/** Keeps every request, polls and pages included, within the budget. Resource Graph has a quota of its own. */
export function budgeted(within: Budget): PipelinePolicy {
  return {
    name: "drawbridgeBudgeted",
    sendRequest: async (request, next) => {
      const [, subscription] = inSubscription.exec(new URL(request.url).pathname) ?? [];
      const kind = request.method === "GET" ? "reads" : "writes";
      if (subscription !== undefined)
        await within.take(subscription.toLowerCase(), kind, request.abortSignal as AbortSignal | undefined);
      return next(request);
    },
  };
}
