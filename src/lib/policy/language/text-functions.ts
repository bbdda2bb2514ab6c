import type { FactValue } from "../values/fact.ts";
import { fail, weightMax } from "./function-argument.ts";
import { printShort } from "../values/print-short.ts";

/** Template functions for text ("String functions for ARM templates"). */
export function split(value: string, by: string | readonly string[]): readonly string[] {
  let parts = [value];
  for (const delimiter of typeof by === "string" ? [by] : by)
    parts = parts.flatMap((part) => part.split(delimiter));
  return parts;
}

export function replace(value: string, from: string, to: string): string {
  const parts = value.split(from);
  // Check the size first: the result could exceed the memory of the process.
  if (value.length + parts.length * to.length > weightMax) return fail("the result is too large");
  return parts.join(to);
}

export function substring(value: string, start: number, length?: number): string {
  const end = length === undefined ? value.length : start + length;
  if (start > value.length || end > value.length)
    return fail(`${printShort(value)} has only ${value.length} characters`);
  return value.slice(start, end);
}

export function padLeft(value: string | number, width: number, filler = " "): string {
  return String(value).padStart(width, filler);
}

/** Null becomes "", since "null" could be mistaken for a value. */
export function string(value: FactValue): string {
  if (value === null) return "";
  return typeof value === "string" ? value : JSON.stringify(value);
}

export function startsWith(value: string, part: string): boolean {
  return value.toLowerCase().startsWith(part.toLowerCase());
}

export function endsWith(value: string, part: string): boolean {
  return value.toLowerCase().endsWith(part.toLowerCase());
}

export function join(list: readonly FactValue[], delimiter: string): string {
  const texts = list.map((each) =>
    typeof each === "string" || typeof each === "number"
      ? String(each)
      : fail(`${printShort(each)} cannot be joined`),
  );
  const length = texts.reduce((sum, each) => sum + each.length + delimiter.length, 0);
  return length > weightMax ? fail("the result is too large") : texts.join(delimiter);
}

export function base64(value: string): string {
  return Buffer.from(value, "utf8").toString("base64");
}

const base64Text = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

/** Decodes base64; undefined if it is not base64 of UTF-8 text. */
export function fromBase64(value: string): string | undefined {
  if (!base64Text.test(value)) return undefined;
  const bytes = Buffer.from(value, "base64");
  const decoded = bytes.toString("utf8");
  return Buffer.from(decoded, "utf8").equals(bytes) ? decoded : undefined;
}
