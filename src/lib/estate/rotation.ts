import { hourMs } from "../clock.ts";
import { candidatesIn, subscriptionsOf } from "./scope.ts";
import type { ScopeConfig } from "../config/config.ts";
import type { Read } from "./read.ts";
import type { Subscriptions } from "./subscription.ts";

/** Everything is due once within a day. The period is a little shorter, so that a slow sweep keeps within it. */
export const roundMs = 20 * hourMs;

/** The elements that are due between the last time and now: each has a fixed time in the period. */
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
    const dueAt = start + (index / all.length) * roundMs;
    return [dueAt, dueAt + roundMs].some((at) => at > from && at <= to);
  });
}

/** Every subscription that may hold a governed service, in order. */
export function everySubscription(scope: ScopeConfig, subscriptions: Read<Subscriptions>): string[] {
  const candidates = subscriptions.kind === "known" ? candidatesIn(scope, subscriptions.value) : [];
  return [...new Set([...subscriptionsOf(scope), ...candidates])].toSorted();
}
