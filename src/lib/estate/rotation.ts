import { candidatesIn, subscriptionsOf } from "./scope.ts";
import type { ScopeConfig } from "../config/config.ts";
import type { Read } from "./read.ts";
import type { Subscriptions } from "./subscription.ts";

const minuteMs = 60_000;
/** Everything comes round within a day; a little less, so that a slow sweep does not break the promise. */
export const roundMs = 20 * 60 * minuteMs;

/** Each has its place in the round; those whose place lies between the last time and now. */
export function dueInRotation(
  all: readonly string[],
  last: string | undefined,
  now: Date,
): readonly string[] {
  const to = now.getTime();
  const from = last === undefined ? to : Date.parse(last);
  if (to - from >= roundMs) return all;
  const start = Math.floor(from / roundMs) * roundMs;
  return all.filter((_, index) => {
    const place = start + (index / all.length) * roundMs;
    return [place, place + roundMs].some((at) => at > from && at <= to);
  });
}

/** Every subscription that may hold a governed service, in order. */
export function everySubscription(scope: ScopeConfig, subscriptions: Read<Subscriptions>): string[] {
  const candidates = subscriptions.kind === "known" ? candidatesIn(scope, subscriptions.value) : [];
  return [...new Set([...subscriptionsOf(scope), ...candidates])].toSorted();
}
