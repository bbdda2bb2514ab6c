import { mapRead, type Read } from "../estate/read.ts";
import type { FoundSubscriptions, Subscriptions } from "../estate/subscription.ts";
import { hasElapsed, minuteMs, type Clock } from "../clock.ts";
import type { Azure } from "../connections/azure-connections.ts";

/** Maximum age of the cached subscriptions. */
const maxAgeMs = 5 * minuteMs;
/** Maximum age for a lookup of a subscription that is not among them: it may be new, or not readable. */
const missedAgeMs = 10_000;

type Query = (ids: readonly string[] | "all") => Promise<Read<FoundSubscriptions>>;

/**
 * Reads all subscriptions at once and caches them for five minutes: one query for each requester would use up Resource
 * Graph's quota of three queries a second. A failed read is not cached.
 */
export function recentSubscriptions(query: Query, clock: Clock): Azure["subscriptions"] {
  let recent: { readonly at: Date; readonly read: Promise<Read<Subscriptions>> } | undefined;

  async function ask(ids: readonly string[] | "all"): Promise<Read<Subscriptions>> {
    const at = clock.now();
    const read = await query(ids);
    return mapRead(read, (found) => ({ at, ...found }));
  }

  async function noOlderThan(ageMs: number): Promise<Read<Subscriptions>> {
    if (recent === undefined || hasElapsed(ageMs, recent.at, clock.now()))
      recent = { at: clock.now(), read: ask("all") };
    const asked = recent;
    const read = await asked.read;
    if (read.kind === "unknown" && recent === asked) recent = undefined;
    return read;
  }

  return async (ids, fresh) => {
    if (fresh !== undefined) return ask(ids);
    const read = await noOlderThan(maxAgeMs);
    const misses = ids !== "all" && read.kind === "known" && ids.some((id) => !read.value.byId.has(id));
    return misses ? noOlderThan(missedAgeMs) : read;
  };
}
