import { armError, type ArmResponse } from "./response.ts";
import type { Clock } from "../clock.ts";

/** Resource Graph's quota for each caller (Azure's document "Guidance for throttled requests in Resource Graph"). */
const queryQuota = { requests: 15, windowMs: 5_000 } as const;

/** ARM's token buckets for each caller and subscription (Azure's document on throttling of ARM requests). */
const buckets = {
  reads: { size: 250, perSecond: 25 },
  writes: { size: 200, perSecond: 10 },
  deletes: { size: 200, perSecond: 10 },
} as const;

type Kind = keyof typeof buckets;

/** The 429 for a request above the limit; otherwise the headers that report the remaining quota. */
interface Allowance {
  readonly refusal?: ArmResponse;
  readonly headers?: ArmResponse["headers"];
}

export interface Throttle {
  /** Counts a request against its quota. */
  take(principal: string, path: string, method: string): Allowance;
}

export function throttle(clock: Pick<Clock, "now" | "realSeconds">): Throttle {
  const takeQuery = queryThrottle(clock);
  const takeToken = tokenBuckets(clock);
  return {
    take: (principal, path, method) => {
      if (/^\/providers\/microsoft\.resourcegraph\//i.test(path)) return takeQuery(principal);
      const [, subscription] = /^\/subscriptions\/([^/]+)/i.exec(path) ?? [];
      if (subscription === undefined) return {};
      return takeToken(`${principal} ${subscription.toLowerCase()}`, kindOf(method));
    },
  };
}

function queryThrottle({ now, realSeconds }: Pick<Clock, "now" | "realSeconds">) {
  const windows = new Map<string, { readonly since: number; used: number }>();
  return (principal: string): Allowance => {
    const found = windows.get(principal);
    const isOver = found === undefined || now() - found.since >= queryQuota.windowMs;
    const window = isOver ? { since: now(), used: 0 } : found;
    windows.set(principal, window);
    const left = queryQuota.requests - ++window.used;
    const seconds = realSeconds((window.since + queryQuota.windowMs - now()) / 1000);
    const headers = {
      "x-ms-user-quota-remaining": String(Math.max(0, left)),
      "x-ms-user-quota-resets-after": `00:00:0${seconds}`,
    };
    if (left >= 0) return { headers };
    const error = armError(
      429,
      "RateLimiting",
      "Please provide below info: the quota of queries is used up.",
    );
    return { refusal: { ...error, headers: { ...headers, "retry-after": String(seconds) } } };
  };
}

function tokenBuckets({ now, realSeconds }: Pick<Clock, "now" | "realSeconds">) {
  const levels = new Map<string, { readonly tokens: number; readonly at: number }>();
  return (owner: string, kind: Kind): Allowance => {
    const { size, perSecond } = buckets[kind];
    const key = `${owner} ${kind}`;
    const level = levels.get(key) ?? { tokens: size, at: now() };
    const tokens = Math.min(size, level.tokens + ((now() - level.at) / 1000) * perSecond);
    levels.set(key, { tokens: tokens < 1 ? tokens : tokens - 1, at: now() });
    if (tokens < 1) return { refusal: tooManyRequests(kind, realSeconds((1 - tokens) / perSecond)) };
    return { headers: { [remainingHeader(kind)]: String(Math.floor(tokens - 1)) } };
  };
}

function kindOf(method: string): Kind {
  if (method === "GET") return "reads";
  return method === "DELETE" ? "deletes" : "writes";
}

function remainingHeader(kind: Kind): string {
  return `x-ms-ratelimit-remaining-subscription-${kind}`;
}

function tooManyRequests(kind: Kind, seconds: number): ArmResponse {
  const message = `Number of '${kind}' requests exceeded the limit. Please try again after '${seconds}' seconds.`;
  const error = armError(429, "SubscriptionRequestsThrottled", message);
  return { ...error, headers: { "retry-after": String(seconds), [remainingHeader(kind)]: "0" } };
}
