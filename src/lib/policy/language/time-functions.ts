import { fail } from "./function-argument.ts";
import { dayMs } from "../values/duration.ts";
import { parseInstant } from "../values/instant.ts";

/** Formats the time like Azure Policy's `utcNow()`, with seven digits of a second. */
export function printUtc(now: number): string {
  return new Date(now).toISOString().replace("Z", "0000Z");
}

export function isDate(text: string): boolean {
  return parseInstant(text) !== undefined;
}

/** Adds days to a date or an instant and keeps its form, including fraction and zone. */
export function addDays(date: string, days: number): string {
  const moved = new Date(Date.parse(`${date.slice(0, 10)}T00:00:00Z`) + days * dayMs);
  const year = Number.isNaN(moved.getTime()) ? 0 : moved.getUTCFullYear();
  if (year < 1 || year > 9999) return fail("the result is not in the years 1 to 9999");
  return `${moved.toISOString().slice(0, 10)}${date.slice(10)}`;
}
