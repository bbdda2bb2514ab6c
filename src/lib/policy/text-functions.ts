import type { FactValue } from "./fact.ts";
import { fail, isObject, nonEmpty, number, text, weightMax } from "./function-argument.ts";
import { parseInstant } from "./instant.ts";
import { listOf } from "./scalar.ts";

export function split(value: FactValue, by: FactValue): FactValue {
  const delimiters = (Array.isArray(by) ? listOf(by) : [by]).map(nonEmpty);
  let parts = [text(value)];
  for (const delimiter of delimiters) parts = parts.flatMap((part) => part.split(delimiter));
  return parts;
}

export function replace(value: FactValue, from: FactValue, to: FactValue): string {
  const parts = text(value).split(nonEmpty(from));
  // Weighed before it is made: a text can grow by more than a process has room for.
  if (text(value).length + parts.length * text(to).length > weightMax) return fail("the result is too large");
  return parts.join(text(to));
}

export function substring(value: FactValue, start: FactValue, length?: FactValue): string {
  const from = number(start);
  const end = length === undefined ? text(value).length : from + number(length);
  if (!Number.isInteger(from) || !Number.isInteger(end) || from < 0 || end < from || end > text(value).length)
    return fail("the part lies outside the text");
  return text(value).slice(from, end);
}

export function padLeft(value: FactValue, width: FactValue, filler?: FactValue): string {
  const total = number(width);
  const filled = filler === undefined ? " " : text(filler);
  if (!Number.isInteger(total) || total < 0 || total > weightMax / 2 || filled.length !== 1)
    return fail("no such width or filler");
  return (typeof value === "number" ? String(value) : text(value)).padStart(total, filled);
}

export function string(value: FactValue): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}

export function int(value: FactValue): number {
  if (typeof value === "number") return whole(Math.trunc(value));
  return /^-?\d{1,15}$/.test(text(value)) ? whole(Number(value)) : fail("no whole number");
}

function whole(value: number): number {
  return Number.isSafeInteger(value) ? value : fail("no whole number");
}

export function startsWith(value: FactValue, part: FactValue): boolean {
  return text(value).toLowerCase().startsWith(text(part).toLowerCase());
}

export function endsWith(value: FactValue, part: FactValue): boolean {
  return text(value).toLowerCase().endsWith(text(part).toLowerCase());
}

export function indexOf(value: FactValue, part: FactValue): number {
  return text(value).toLowerCase().indexOf(text(part).toLowerCase());
}

export function addDays(date: FactValue, days: FactValue): string {
  const ms = parseInstant(text(date)) ?? fail("no date");
  const moved = new Date(ms + number(days) * 86_400_000);
  return Number.isNaN(moved.getTime()) ? fail("no date that a calendar has") : moved.toISOString();
}

/** A key of an object, whatever its case. */
export function hasKey(value: FactValue, key: FactValue): boolean {
  const wanted = text(key).toLowerCase();
  return isObject(value) && Object.keys(value).some((each) => each.toLowerCase() === wanted);
}
