import { propertyOf } from "./env.ts";
import type { FactValue } from "../values/fact.ts";
import { fail, isObject } from "./function-argument.ts";
import { printShort } from "../values/print-short.ts";
import { listOf } from "../values/scalar.ts";

/**
 * The member of a list by index, or of an object by name, ignoring case. A member with the value null is null.
 * @throws {FunctionFailed} where Azure's evaluation fails too: index out of range, missing property, key of the wrong
 * type, value without members
 */
export function memberOf(value: FactValue, key: FactValue): FactValue {
  if (Array.isArray(value)) return elementAt(listOf(value), key);
  if (!isObject(value)) return fail(`${printShort(value)} is neither a list nor an object`);
  if (typeof key !== "string") return fail(`${printShort(key)} is not a property name`);
  const found = propertyOf(value, key);
  return found === undefined ? fail(`there is no property ${printShort(key)}`) : found;
}

function elementAt(list: readonly FactValue[], place: FactValue): FactValue {
  if (typeof place !== "number") return fail(`${printShort(place)} is not an index`);
  const found = list[place];
  return found === undefined
    ? fail(`the index is out of range, because the list has ${list.length} members`)
    : found;
}
