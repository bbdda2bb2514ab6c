import type { FactValue } from "./fact.ts";
import { fail, isObject, list } from "./function-argument.ts";
import { compare } from "./order.ts";
import { listOf } from "./scalar.ts";
import { hasKey } from "./text-functions.ts";

export function lengthOf(value: FactValue): number {
  if (typeof value === "string") return value.length;
  return isObject(value) ? Object.keys(value).length : list(value).length;
}

export function first(value: FactValue): FactValue {
  return typeof value === "string" ? value.slice(0, 1) : (list(value)[0] ?? null);
}

export function last(value: FactValue): FactValue {
  return typeof value === "string" ? value.slice(-1) : (list(value).at(-1) ?? null);
}

export function empty(value: FactValue): boolean {
  return value === null || lengthOf(value) === 0;
}

export function array(value: FactValue): FactValue {
  return Array.isArray(value) ? value : [value];
}

/** Lists into one list, scalars into one text. */
export function concat(...values: FactValue[]): FactValue {
  if (values.every((value) => Array.isArray(value))) return values.flatMap((value) => listOf(value));
  return values
    .map((value) => (typeof value === "object" ? fail("texts or lists were expected") : String(value)))
    .join("");
}

export function contains(container: FactValue, item: FactValue): boolean {
  if (typeof container === "string")
    return container.includes(typeof item === "object" ? fail("text was expected") : String(item));
  if (isObject(container)) return hasKey(container, item);
  return list(container).some((each) => same(each, item));
}

/** Equality as of JSON values; texts mind their case. */
export function same(left: FactValue, right: FactValue): boolean {
  return left === right || keyOf(left) === keyOf(right);
}

/** @throws where two values have no order, or are of two kinds */
export function order(left: FactValue, right: FactValue): number {
  if (typeof left !== typeof right) return fail("only values of one kind can be compared");
  return compare(left, right) ?? fail("these values have no order");
}

export function union(...values: FactValue[]): FactValue {
  if (values.every(isObject)) return Object.fromEntries(values.flatMap((value) => Object.entries(value)));
  const distinct = new Map(
    values
      .flatMap(list)
      .toReversed()
      .map((each) => [keyOf(each), each]),
  );
  return [...distinct.values()].toReversed();
}

export function intersection(left: FactValue, ...others: FactValue[]): FactValue {
  if (isObject(left)) {
    const shared = Object.entries(left).filter(([key, value]) =>
      others.every(
        (other) => isObject(other) && Object.hasOwn(other, key) && same(other[key] ?? null, value),
      ),
    );
    return Object.fromEntries(shared);
  }
  const keys = others.map((other) => new Set(list(other).map(keyOf)));
  return list(left).filter((each) => keys.every((set) => set.has(keyOf(each))));
}

/** Text that equal JSON values share, whatever the order of their keys. */
function keyOf(value: FactValue): string {
  return JSON.stringify(value, (_, inner: FactValue) =>
    isObject(inner)
      ? Object.fromEntries(Object.entries(inner).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}
