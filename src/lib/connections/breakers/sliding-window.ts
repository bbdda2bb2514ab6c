import { minuteMs } from "../../clock.ts";

/** Events in each of the last minutes, by minutes since 1970, for a limit per hour. */
export type Minutes = Readonly<Record<string, number>>;

/**
 * A minute counts until an hour and three more minutes after its end. What is counted may happen that much later (an
 * approval is sent within a minute after its permit was acquired, and the rest of the lease's 90 seconds), and no hour
 * may hold more than the limit.
 */
const keptMinutes = 64;
export const windowMs = keptMinutes * minuteMs;

/** The counts with `more` events in the current minute, without those that have expired. */
export function countedIn(minutes: Minutes, now: Date, more = 1): Minutes {
  const minute = minuteOf(now);
  const kept = Object.entries(minutes).filter(([each]) => Number(each) > minute - keptMinutes);
  return { ...Object.fromEntries(kept), [minute]: (minutes[minute] ?? 0) + more };
}

/** The counts without one event that was counted at `countedAt` and did not happen. */
export function withoutOne(minutes: Minutes, countedAt: Date): Minutes {
  const minute = minuteOf(countedAt);
  const count = minutes[minute] ?? 0;
  return count === 0 ? minutes : { ...minutes, [minute]: count - 1 };
}

export function totalOf(minutes: Minutes, now: Date): number {
  const first = minuteOf(now) - keptMinutes;
  return Object.entries(minutes).reduce(
    (sum, [minute, count]) => sum + (Number(minute) > first ? count : 0),
    0,
  );
}

/** When at most `most` of what counts now will still count, if nothing is added; now where that is so already. */
export function fallsTo(most: number, minutes: Minutes, now: Date): Date {
  const thisMinute = minuteOf(now);
  const counting = Object.entries(minutes)
    .map(([minute, count]) => ({ minute: Number(minute), count }))
    .filter(({ minute }) => minute > thisMinute - keptMinutes)
    .toSorted((one, other) => one.minute - other.minute);
  let left = totalOf(minutes, now);
  if (left <= most) return now;
  for (const { minute, count } of counting) {
    left -= count;
    // Another instance's clock may be ahead.
    if (left <= most) return new Date((Math.min(minute, thisMinute) + keptMinutes) * minuteMs);
  }
  return now;
}

function minuteOf(date: Date): number {
  return Math.floor(date.getTime() / minuteMs);
}
