import { armError, type Answer } from "./answer.ts";
import type { Clock } from "../clock.ts";

/** Azure Resource Graph's quota of each caller (Azure's document "Guidance for throttled requests in Resource Graph"). */
const queries = { most: 15, withinMs: 5_000 } as const;

/** Azure's buckets, for each principal and subscription (Azure's document on ARM's throttling). */
const buckets = {
  reads: { size: 250, perSecond: 25 },
  writes: { size: 200, perSecond: 10 },
  deletes: { size: 200, perSecond: 10 },
} as const;

type Kind = keyof typeof buckets;

export interface Throttle {
  /** The refusal of a request that finds its bucket empty; else the header that tells what is left in it. */
  take(
    principal: string,
    path: string,
    method: string,
  ): { readonly refusal?: Answer; readonly headers?: Answer["headers"] };
}

export function throttle({ now, seconds: whole }: Pick<Clock, "now" | "seconds">): Throttle {
  const levels = new Map<string, { tokens: number; at: number }>();
  const windows = new Map<string, { since: number; asked: number }>();

  function query(principal: string): ReturnType<Throttle["take"]> {
    const found = windows.get(principal);
    const window =
      found === undefined || now() - found.since >= queries.withinMs ? { since: now(), asked: 0 } : found;
    windows.set(principal, window);
    const left = queries.most - ++window.asked;
    const seconds = whole((window.since + queries.withinMs - now()) / 1000);
    const headers = {
      "x-ms-user-quota-remaining": String(Math.max(0, left)),
      "x-ms-user-quota-resets-after": `00:00:0${seconds}`,
    };
    if (left >= 0) return { headers };
    const answer = armError(
      429,
      "RateLimiting",
      "Please provide below info: the quota of queries is used up.",
    );
    return { refusal: { ...answer, headers: { ...headers, "retry-after": String(seconds) } } };
  }

  return {
    take: (principal, path, method) => {
      if (/^\/providers\/microsoft\.resourcegraph\//i.test(path)) return query(principal);
      const [, subscription] = /^\/subscriptions\/([^/]+)/i.exec(path) ?? [];
      if (subscription === undefined) return {};
      const kind = kindOf(method);
      const { size, perSecond } = buckets[kind];
      const key = `${principal} ${subscription.toLowerCase()} ${kind}`;
      const level = levels.get(key) ?? { tokens: size, at: now() };
      const tokens = Math.min(size, level.tokens + ((now() - level.at) / 1000) * perSecond);
      levels.set(key, { tokens: tokens < 1 ? tokens : tokens - 1, at: now() });
      if (tokens < 1) return { refusal: refusal(kind, whole((1 - tokens) / perSecond)) };
      return { headers: { [remaining(kind)]: String(Math.floor(tokens - 1)) } };
    },
  };
}

function kindOf(method: string): Kind {
  if (method === "GET") return "reads";
  return method === "DELETE" ? "deletes" : "writes";
}

function remaining(kind: Kind): string {
  return `x-ms-ratelimit-remaining-subscription-${kind}`;
}

function refusal(kind: Kind, seconds: number): Answer {
  const message = `Number of '${kind}' requests exceeded the limit. Please try again after '${seconds}' seconds.`;
  const answer = armError(429, "SubscriptionRequestsThrottled", message);
  const headers = { "retry-after": String(seconds), [remaining(kind)]: "0" };
  return { ...answer, headers };
}
