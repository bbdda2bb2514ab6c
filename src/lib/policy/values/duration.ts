/**
 * Lengths of time. The policy language has its own, because it does not import `clock.ts`: it must not read a clock.
 */
export const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
export const dayMs = 24 * hourMs;

const iso = /^P(?:(\d{1,4})W|(?:(\d{1,5})D)?(?:T(\d{1,5})H)?)$/i;

/**
 * Milliseconds of an ISO 8601 duration in weeks, or in days and hours: `P12W`, `P90D`, `PT36H`. Undefined for other
 * text: months and years have no fixed length.
 */
export function parseDuration(text: string): number | undefined {
  const match = iso.exec(text);
  if (match === null) return undefined;
  const [weeks = 0, days = 0, hours = 0] = match.slice(1).map((each) => Number(each ?? 0));
  const ms = ((weeks * 7 + days) * 24 + hours) * hourMs;
  return ms === 0 ? undefined : ms;
}

/** `90 days`, or in hours where it is not in whole days. */
export function printDuration(ms: number): string {
  const days = ms / dayMs;
  const [count, unit] = Number.isInteger(days) ? [days, "day"] : [ms / hourMs, "hour"];
  return `${count} ${unit}${count === 1 ? "" : "s"}`;
}
