import { dayMs, hourMs } from "../clock.ts";

/** How often the review of a connection fails in a row before a person is told. */
export const attemptsMax = 10;

const firstDelayMs = 30_000;

/**
 * How long until a connection that is held, or failed, is reviewed again: what it waits for may change without any
 * event.
 */
export const hourlyMs = hourMs;

/** How long until an approval that is over is evaluated again. */
export const dailyMs = dayMs;

/** The milliseconds until the next try, after so many that failed: twice as long each time, an hour at most. */
export function delayAfter(attempts: number): number {
  return Math.min(hourlyMs, firstDelayMs * 2 ** (attempts - 1));
}
