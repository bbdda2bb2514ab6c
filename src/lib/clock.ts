/** The time, passed in: nothing in `lib` looks at the wall. */
export interface Clock {
  now(): Date;
}

export const systemClock: Clock = { now: () => new Date() };

export function plusMs(date: Date, ms: number): string {
  return new Date(date.getTime() + ms).toISOString();
}

/** Whether an instant has come; one that was never set has. */
export function isDue(instant: string | undefined, now: Date): boolean {
  return instant === undefined || Date.parse(instant) <= now.getTime();
}
