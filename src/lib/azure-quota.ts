import type { Clock } from "./clock.ts";

/**
 * Azure's quotas, which all instances of the app share: they use one identity. Instances come and go (a Flex
 * Consumption plan runs each function on instances of its own), so the quota is not divided among them. Each reserves
 * calls before it makes them.
 */

/** `queries` are Resource Graph's; `reads` and `writes` Azure Resource Manager's, for each subscription. */
export type QuotaKind = "reads" | "writes" | "queries";

/** Reserved calls may be made from this instant on, in milliseconds since 1970, and for the `validMs` of their kind. */
export type Grant =
  | { readonly kind: "granted"; readonly from: number }
  | { readonly kind: "refused"; readonly retryAfterMs: number };

/** Thrown where a reservation could neither be made nor be refused: the store does not answer. */
export class QuotaUnavailable extends Error {
  override readonly name = "QuotaUnavailable";
}

export interface SharedQuota {
  /** @throws {QuotaUnavailable} */
  reserve(kind: QuotaKind, subscription: string, count: number): Promise<Grant>;
}

/**
 * The level of a token bucket at an instant, in milliseconds since 1970; below zero where reservations stand in line.
 */
interface Level {
  readonly tokens: number;
  readonly at: number;
}

/** What is remembered of a quota: a token bucket, or the instants of the last queries. */
export type QuotaState = Level | { readonly recent: readonly number[] };

/**
 * ARM's bucket for each caller and subscription holds 250 reads and 200 writes, and regains 25 and 10 a second (Azure's
 * document "Understand how Azure Resource Manager throttles requests"). A reserved call may be made up to two seconds
 * late, so that the bucket here is smaller by what those two seconds regain, and by ten for clocks that differ.
 */
const buckets = {
  reads: { size: 190, perSecond: 24 },
  writes: { size: 170, perSecond: 9.5 },
} as const;

/** How long after its time a reserved call may still be made. */
export const validMs: Readonly<Record<QuotaKind, number>> = { reads: 2_000, writes: 2_000, queries: 1_000 };

/**
 * Resource Graph answers each caller 15 queries in five seconds (Azure's document "Guidance for throttled requests in
 * Azure Resource Graph"): one fewer here. A query that is made late moves closer to the next ones, so that the window
 * is longer by that delay, and by a little for clocks that differ.
 */
const window = { queries: 14, ms: 5_200 + validMs.queries } as const;

/** A reservation that would begin later than this is refused: its caller has a time of its own to try again. */
const waitMaxMs = 5_000;

/** Reserves `count` calls at `now`; the state is as before where that is refused. */
export function reserveIn(
  kind: QuotaKind,
  state: QuotaState | undefined,
  count: number,
  now: number,
): { readonly grant: Grant; readonly state: QuotaState | undefined } {
  const next =
    kind === "queries"
      ? reserveQuery(state !== undefined && "recent" in state ? state.recent : [], now)
      : reserveTokens(kind, state !== undefined && "tokens" in state ? state : undefined, count, now);
  const waitMs = next.from - now;
  if (waitMs > waitMaxMs) return { grant: { kind: "refused", retryAfterMs: waitMs }, state };
  return { grant: { kind: "granted", from: next.from }, state: next.state };
}

interface Reserved {
  readonly from: number;
  readonly state: QuotaState;
}

/**
 * The clocks of two instances may differ by this much. What is remembered of a later time than that was written by an
 * instance whose clock is wrong, and must not stop the others: it counts as of now.
 */
const skewMaxMs = 5_000;

/** Below zero, reservations stand in line, each with its own time. */
function reserveTokens(
  kind: "reads" | "writes",
  found: Level | undefined,
  count: number,
  now: number,
): Reserved {
  const { size, perSecond } = buckets[kind];
  const { tokens, at } = levelOf(found ?? { tokens: size, at: now }, now);
  const regained = (Math.max(0, now - at) / 1000) * perSecond;
  const left = Math.min(size, tokens + regained) - count;
  const from = left < 0 ? now + Math.ceil((-left / perSecond) * 1000) : now;
  return { from, state: { tokens: left, at: Math.max(now, at) } };
}

/**
 * A level that a wrong clock wrote is an empty bucket: what it reserved may be used still, and nothing waits for it.
 */
function levelOf(found: Level, now: number): Level {
  return found.at > now + skewMaxMs ? { tokens: Math.max(0, found.tokens), at: now } : found;
}

/** The next query may be sent once the window has passed since the one that filled it. */
function reserveQuery(recent: readonly number[], now: number): Reserved {
  const known = recent.filter((at) => at <= now + waitMaxMs + skewMaxMs);
  const from = Math.max(now, (known.at(-window.queries) ?? -Infinity) + window.ms);
  return { from, state: { recent: [...known, from].slice(-window.queries) } };
}

/** The quota of a process that shares it with no other. */
export function ownQuota(clock: Clock): SharedQuota {
  const states = new Map<string, QuotaState>();
  return {
    reserve: (kind, subscription, count) => {
      const key = `${kind} ${subscription}`;
      const { grant, state } = reserveIn(kind, states.get(key), count, clock.now().getTime());
      if (state !== undefined) states.set(key, state);
      return Promise.resolve(grant);
    },
  };
}
