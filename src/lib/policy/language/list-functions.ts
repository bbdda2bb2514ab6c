import type { FactValue } from "../values/fact.ts";
import { fail, isObject, type JsonObject } from "./function-argument.ts";
import { parseInstant } from "../values/instant.ts";
import { hasKey, merge } from "./object-functions.ts";
import { printShort } from "../values/print-short.ts";
import { listOf } from "../values/scalar.ts";

type List = readonly FactValue[];

/** Template functions for lists, texts and objects ("Array functions for ARM templates"). */
export function lengthOf(value: string | List | JsonObject): number {
  if (typeof value === "string") return value.length;
  return Array.isArray(value) ? value.length : Object.keys(value).length;
}

export function first(value: string | List): FactValue {
  return typeof value === "string" ? value.slice(0, 1) : (value[0] ?? null);
}

export function last(value: string | List): FactValue {
  return typeof value === "string" ? value.slice(-1) : (value.at(-1) ?? null);
}

export function take(value: string | List, count: number): FactValue {
  return value.slice(0, Math.max(0, count));
}

export function skip(value: string | List, count: number): FactValue {
  return value.slice(Math.max(0, count));
}

export function empty(value: string | List | JsonObject | null): boolean {
  return value === null || lengthOf(value) === 0;
}

export function array(value: FactValue): FactValue {
  return Array.isArray(value) ? value : [value];
}

export function flatten(value: List): FactValue {
  return value.flatMap((each) =>
    Array.isArray(each) ? listOf(each) : fail(`${printShort(each)} is not a list`),
  );
}

/** Joins lists into one list, or scalars into one text. */
export function concat(...values: FactValue[]): FactValue {
  if (values.every((value) => Array.isArray(value))) return values.flatMap(listOf);
  if (values.some((value) => Array.isArray(value))) return fail("a list can be concatenated only with lists");
  return values.map(String).join("");
}

export function contains(container: string | List | JsonObject, item: FactValue): boolean {
  if (typeof container === "string")
    return typeof item === "object"
      ? fail(`${printShort(item)} cannot be searched for in text`)
      : container.includes(String(item));
  if (isObject(container))
    return typeof item === "string" ? hasKey(container, item) : fail(`${printShort(item)} is not a key`);
  return container.some((each) => same(each, item));
}

/** The index in a text, ignoring case, or in a list, by equality; -1 if not found. */
export function indexOf(container: string | List, item: FactValue): number {
  if (typeof container !== "string") return container.findIndex((each) => same(each, item));
  return container.toLowerCase().indexOf(textToFind(item));
}

export function lastIndexOf(container: string | List, item: FactValue): number {
  if (typeof container !== "string") return container.findLastIndex((each) => same(each, item));
  return container.toLowerCase().lastIndexOf(textToFind(item));
}

function textToFind(item: FactValue): string {
  return typeof item === "string"
    ? item.toLowerCase()
    : fail(`${printShort(item)} cannot be searched for in text`);
}

/** Equality of JSON values; case-sensitive. */
export function same(left: FactValue, right: FactValue): boolean {
  return left === right || keyOf(left) === keyOf(right);
}

// "a" before "A" before "b", as in .NET's invariant culture ("Comparison functions for ARM templates").
const collator = new Intl.Collator("und");

/** Compares two numbers, two instants or two other texts. @throws {FunctionFailed} for different types */
export function order(left: string | number, right: string | number): number {
  if (typeof left === "number" && typeof right === "number") return left - right;
  if (typeof left !== "string" || typeof right !== "string")
    return fail("only two numbers or two texts can be compared");
  const [from, to] = [parseInstant(left), parseInstant(right)];
  return from !== undefined && to !== undefined ? from - to : collator.compare(left, right);
}

/** Lists: each value once, the first of equal ones. Objects: later values win, and nested objects are merged. */
export function union(...values: (List | JsonObject)[]): FactValue {
  if (values.every(isObject)) return merge(values);
  if (values.some(isObject)) return fail("expected only lists or only objects");
  const distinct = new Map<string, FactValue>();
  for (const each of values.flatMap(listOf)) if (!distinct.has(keyOf(each))) distinct.set(keyOf(each), each);
  return [...distinct.values()];
}

export function intersection(left: List | JsonObject, ...others: (List | JsonObject)[]): FactValue {
  if (isObject(left)) {
    if (!others.every(isObject)) return fail("expected only lists or only objects");
    const shared = Object.entries(left).filter(([key, value]) =>
      others.every((other) => Object.hasOwn(other, key) && same(other[key] ?? null, value)),
    );
    return Object.fromEntries(shared);
  }
  if (others.some(isObject)) return fail("expected only lists or only objects");
  const keys = others.map((other) => new Set(listOf(other).map(keyOf)));
  return left.filter((each) => keys.every((set) => set.has(keyOf(each))));
}

/** A canonical text that is the same for equal JSON values, independently of the order of keys. */
function keyOf(value: FactValue): string {
  return JSON.stringify(value, (_, inner: FactValue) =>
    isObject(inner)
      ? Object.fromEntries(Object.entries(inner).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}
