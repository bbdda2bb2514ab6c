import type { FactValue } from "./fact.ts";
import { bounded, fail, text } from "./function-argument.ts";
import { ipRangeContains } from "./ip-range.ts";
import * as lists from "./list-functions.ts";
import * as texts from "./text-functions.ts";

export interface PolicyFunction {
  /** How many arguments it takes, at least and at most. */
  readonly arity: readonly [number, number];
  /** @throws {FunctionFailed} */
  readonly apply: (...values: FactValue[]) => FactValue;
}

const many = 64;

/**
 * Functions of their arguments alone, with the meaning that Azure's template functions have: `equals` and
 * `contains` mind the case of texts, `startsWith`, `endsWith` and `indexOf` do not.
 */
const table = {
  concat: fn([1, many], lists.concat),
  split: fn([2, 2], texts.split),
  length: fn([1, 1], lists.lengthOf),
  first: fn([1, 1], lists.first),
  last: fn([1, 1], lists.last),
  toLower: fn([1, 1], (value) => text(value).toLowerCase()),
  toUpper: fn([1, 1], (value) => text(value).toUpperCase()),
  empty: fn([1, 1], lists.empty),
  contains: fn([2, 2], lists.contains),
  equals: fn([2, 2], lists.same),
  greater: fn([2, 2], (left, right) => lists.order(left, right) > 0),
  less: fn([2, 2], (left, right) => lists.order(left, right) < 0),
  string: fn([1, 1], texts.string),
  int: fn([1, 1], texts.int),
  replace: fn([3, 3], texts.replace),
  substring: fn([2, 3], texts.substring),
  padLeft: fn([2, 3], texts.padLeft),
  startsWith: fn([2, 2], texts.startsWith),
  endsWith: fn([2, 2], texts.endsWith),
  indexOf: fn([2, 2], texts.indexOf),
  union: fn([2, many], lists.union),
  intersection: fn([2, many], lists.intersection),
  array: fn([1, 1], lists.array),
  createArray: fn([0, many], (...values) => values),
  addDays: fn([2, 2], texts.addDays),
  ipRangeContains: fn(
    [2, 2],
    (range, target) => ipRangeContains(text(range), text(target)) ?? fail("no range"),
  ),
};

export const functions: ReadonlyMap<string, PolicyFunction> = new Map(
  Object.entries(table).map(([name, each]) => [name.toLowerCase(), each]),
);

/** Those that the compiler knows by itself: they look at parameters, facts or time, or need not look at every argument. */
const specialFunctions = ["parameters", "field", "current", "utcNow", "if", "and", "or", "not"];

export const functionNames: readonly string[] = [...specialFunctions, ...Object.keys(table)];

type Apply = (first: FactValue, second: FactValue, third: FactValue, ...more: FactValue[]) => FactValue;

/** The arity is checked when the policy loads, so that no argument that a function takes is missing. */
function fn(arity: readonly [number, number], apply: Apply): PolicyFunction {
  return { arity, apply: (...values) => bounded(apply(...(values as [FactValue, FactValue, FactValue]))) };
}
