import type { QuotaKind } from "../../src/lib/azure-quota.ts";
import { minuteMs } from "../../src/lib/clock.ts";

/**
 * What Azure allows the app's identity, all its processes together (docs/simulator.md has the documents): 250 reads and
 * 25 more a second, 200 writes and 10 more a second for each subscription; 15 queries of Resource Graph in five
 * seconds.
 */
const buckets = { reads: { size: 250, perSecond: 25 }, writes: { size: 200, perSecond: 10 } } as const;
const queries = { most: 15, withinMs: 5_000 } as const;

/** How long Azure asks the app to wait where it refuses a call. */
export const throttledMs = minuteMs;

export interface ArmQuota {
  /** Counts a call; false where Azure would answer 429. */
  readonly allows: (kind: QuotaKind, subscription: string, now: number) => boolean;
}

export function armQuota(): ArmQuota {
  const levels = new Map<string, { readonly tokens: number; readonly at: number }>();
  let recent: readonly number[] = [];
  return {
    allows: (kind, subscription, now) => {
      if (kind === "queries") {
        recent = [...recent, now].filter((at) => at > now - queries.withinMs);
        return recent.length <= queries.most;
      }
      const { size, perSecond } = buckets[kind];
      const key = `${kind} ${subscription}`;
      const level = levels.get(key) ?? { tokens: size, at: now };
      const tokens = Math.min(size, level.tokens + ((now - level.at) / 1000) * perSecond);
      levels.set(key, { tokens: Math.max(0, tokens - 1), at: now });
      return tokens >= 1;
    },
  };
}
