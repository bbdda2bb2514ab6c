import { propertyOf } from "./env.ts";
import type { FactValue } from "../values/fact.ts";
import { fail, isObject, type JsonObject } from "./function-argument.ts";
import { foldText } from "../values/fold-text.ts";
import { printShort } from "../values/print-short.ts";
import { listOf } from "../values/scalar.ts";

/** Template functions for objects ("Object functions for ARM templates"). Keys ignore case. */
export function createObject(...values: readonly FactValue[]): JsonObject {
  const entries: (readonly [string, FactValue])[] = [];
  const seen = new Set<string>();
  for (let index = 0; index < values.length; index += 2) {
    const key = values[index] as string;
    if (seen.has(foldText(key))) return fail(`duplicate key ${printShort(key)}`);
    seen.add(foldText(key));
    entries.push([key, values[index + 1] ?? null]);
  }
  return Object.fromEntries(entries);
}

/** The member under a name or an index; null if there is none. */
export function tryGet(value: FactValue, key: FactValue): FactValue {
  if (value === null) return null;
  if (Array.isArray(value))
    return typeof key === "number"
      ? (listOf(value)[key] ?? null)
      : fail("an index of a list must be a number");
  return typeof key === "string" ? (propertyOf(value, key) ?? null) : fail("a property name must be text");
}

export function items(value: JsonObject): FactValue {
  return objectKeys(value).map((key) => ({ key, value: value[key] ?? null }));
}

export function objectKeys(value: JsonObject): readonly string[] {
  return Object.keys(value).toSorted();
}

/** Later values win; nested objects are merged, lists are not. */
export function merge(values: readonly JsonObject[]): JsonObject {
  const merged = new Map<string, readonly [string, FactValue]>();
  for (const value of values)
    for (const [key, right] of Object.entries(value)) {
      const [name, left] = merged.get(foldText(key)) ?? [key, null];
      merged.set(foldText(key), [name, isObject(left) && isObject(right) ? merge([left, right]) : right]);
    }
  return Object.fromEntries(merged.values());
}

/** Whether an object has a key, ignoring case. */
export function hasKey(value: JsonObject, key: string): boolean {
  return propertyOf(value, key) !== undefined;
}

/** Parses JSON; undefined for invalid text. */
export function fromJson(text: string): FactValue | undefined {
  try {
    return JSON.parse(text) as FactValue;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
