import { propertyOf } from "./env.ts";
import type { FactValue } from "../values/fact.ts";
import { fail, isObject } from "./function-argument.ts";
import { printShort } from "../values/print-short.ts";
import { listOf } from "../values/scalar.ts";

/**
 * A list's member by its place, counted from 0, or an object's by its name, whatever the case.
 * @throws {FunctionFailed} where Azure's own evaluation fails: a place out of bounds, a property that does not exist, a
 * key of the other kind, a value without members. A member that is there and null is null.
 */
export function memberOf(value: FactValue, key: FactValue): FactValue {
  if (Array.isArray(value)) return elementAt(listOf(value), key);
  if (!isObject(value)) return fail(`${printShort(value)} is neither a list nor an object`);
  if (typeof key !== "string") return fail(`${printShort(key)} is no name of a property`);
  const found = propertyOf(value, key);
  return found === undefined ? fail(`there is no property ${printShort(key)}`) : found;
}

function elementAt(list: readonly FactValue[], place: FactValue): FactValue {
  if (typeof place !== "number") return fail(`${printShort(place)} is no place in a list`);
  const found = list[place];
  return found === undefined ? fail(`the list has ${list.length} members, counted from 0`) : found;
}
