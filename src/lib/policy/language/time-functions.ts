import { fail } from "./function-argument.ts";
import { parseInstant } from "../values/instant.ts";

/** The time as Azure Policy's `utcNow()` writes it: seven digits of a second. */
export function printUtc(now: number): string {
  return new Date(now).toISOString().replace("Z", "0000Z");
}

export function isDate(text: string): boolean {
  return parseInstant(text) !== undefined;
}

const dayMs = 86_400_000;

/** The same time of another day, written as the argument is: its fraction of a second and its zone stay as they are. */
export function addDays(date: string, days: number): string {
  const moved = new Date(Date.parse(`${date.slice(0, 10)}T00:00:00Z`) + days * dayMs);
  const year = Number.isNaN(moved.getTime()) ? 0 : moved.getUTCFullYear();
  if (year < 1 || year > 9999) return fail("no calendar has that day");
  return `${moved.toISOString().slice(0, 10)}${date.slice(10)}`;
}
