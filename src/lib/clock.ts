/** The time, passed in. Nothing in `lib` reads the system clock. */
export interface Clock {
  now(): Date;
}

export const systemClock: Clock = { now: () => new Date() };

/** Lengths of time. A day is 24 hours, whatever the clocks of a time zone do. */
export const minuteMs = 60_000;
export const hourMs = 60 * minuteMs;
export const dayMs = 24 * hourMs;

export function plusMs(date: Date, ms: number): string {
  return new Date(date.getTime() + ms).toISOString();
}

/** Whether an instant has passed; true if none was set. */
export function isDue(instant: string | undefined, now: Date): boolean {
  return instant === undefined || Date.parse(instant) <= now.getTime();
}

/** Whether at least `ms` have passed since `since`; true if `since` is undefined. */
export function hasElapsed(ms: number, since: string | Date | undefined, now: Date): boolean {
  return since === undefined || isDue(plusMs(new Date(since), ms), now);
}
