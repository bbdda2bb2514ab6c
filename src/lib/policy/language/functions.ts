import type { FactValue } from "../values/fact.ts";
import { bounded, fail } from "./function-argument.ts";
import * as takes from "./function-parameter.ts";
import { argumentError, type Kind, type Parameter } from "./function-parameter.ts";
import { ipRangeContains, parseRange } from "../values/ip-range.ts";
import * as lists from "./list-functions.ts";
import * as numbers from "./number-functions.ts";
import * as objects from "./object-functions.ts";
import * as texts from "./text-functions.ts";
import { addDays, isDate } from "./time-functions.ts";

export interface PolicyFunction {
  /** As in Azure's documentation. */
  readonly name: string;
  /** The least and the greatest number of arguments. */
  readonly arity: readonly [number, number];
  readonly parameterAt: (index: number) => Parameter;
  /** Set if its arguments are pairs of key and value. */
  readonly pairs?: true;
  /** The type of its result, if always the same. */
  readonly gives?: Kind;
  /** @throws {FunctionFailed} for arguments that do not fit, and if it has no result */
  readonly apply: (...values: FactValue[]) => FactValue;
}

const many = 64;
const { anything, integer, text, textWhere, integerWhere, numberOrTextWhere, textOrList, textOrNumber } =
  takes;

const range = textWhere(
  (value) => parseRange(value) !== undefined,
  "is not an address, a CIDR or a start-end range",
);
const date = textWhere(isDate, "is not a date or an instant such as 2026-12-01T00:00:00Z");
const width = integerWhere((value) => value >= 0 && value <= 524_288, "is not a width from 0 to 524288");
const filler = textWhere((value) => value.length === 1, "is not one character");
const divisor = integerWhere((value) => value !== 0, "cannot be a divisor");
const lengthOfRange = integerWhere((value) => value >= 0 && value <= 10_000, "is not between 0 and 10000");
const jsonText = textWhere((value) => objects.fromJson(value) !== undefined, "is not JSON");
const base64Text = textWhere((value) => texts.fromBase64(value) !== undefined, "is not base64 of text");
const integerText = numberOrTextWhere(numbers.isIntegerText, "is not a whole number");
const floatText = numberOrTextWhere(numbers.isFloatText, "is not a number");
const base64Json = textWhere(
  (value) => objects.fromJson(texts.fromBase64(value) ?? "") !== undefined,
  "is not base64 of JSON",
);

type Order = (left: string | number, right: string | number) => boolean;
const greater: Order = (left, right) => lists.order(left, right) > 0;
const greaterOrEquals: Order = (left, right) => lists.order(left, right) >= 0;
const less: Order = (left, right) => lists.order(left, right) < 0;
const lessOrEquals: Order = (left, right) => lists.order(left, right) <= 0;

/**
 * Functions that depend only on their arguments, as in Azure's templates: `equals` and `contains` are case-sensitive,
 * `startsWith`, `endsWith` and `indexOf` are not.
 */
const table: Readonly<Record<string, Unnamed>> = {
  concat: rest(takes.joinable, 1, lists.concat),
  split: fixed([text, takes.delimiters], texts.split, "array"),
  join: fixed([takes.list, text], texts.join, "string"),
  length: fixed([takes.sized], lists.lengthOf, "number"),
  first: fixed([textOrList], lists.first),
  last: fixed([textOrList], lists.last),
  take: fixed([textOrList, integer], lists.take),
  skip: fixed([textOrList, integer], lists.skip),
  toLower: fixed([text], (value: string) => value.toLowerCase(), "string"),
  toUpper: fixed([text], (value: string) => value.toUpperCase(), "string"),
  trim: fixed([text], (value: string) => value.trim(), "string"),
  empty: fixed([takes.sizedOrNull], lists.empty, "boolean"),
  contains: fixed([takes.sized, anything], lists.contains, "boolean"),
  equals: fixed([anything, anything], lists.same, "boolean"),
  greater: fixed([textOrNumber, textOrNumber], greater, "boolean"),
  greaterOrEquals: fixed([textOrNumber, textOrNumber], greaterOrEquals, "boolean"),
  less: fixed([textOrNumber, textOrNumber], less, "boolean"),
  lessOrEquals: fixed([textOrNumber, textOrNumber], lessOrEquals, "boolean"),
  coalesce: rest(anything, 1, (...values) => values.find((each) => each !== null) ?? null),
  string: fixed([anything], texts.string, "string"),
  int: fixed([integerText], numbers.int, "number"),
  float: fixed([floatText], Number, "number"),
  bool: fixed(
    [takes.booleanText],
    (value: string | number | boolean) => /^(?:true|1)$/i.test(String(value)),
    "boolean",
  ),
  add: fixed([integer, integer], numbers.add, "number"),
  sub: fixed([integer, integer], numbers.sub, "number"),
  mul: fixed([integer, integer], numbers.mul, "number"),
  div: fixed([integer, divisor], numbers.div, "number"),
  mod: fixed([integer, divisor], numbers.mod, "number"),
  min: rest(takes.integersOrOne, 1, numbers.least, "number"),
  max: rest(takes.integersOrOne, 1, numbers.most, "number"),
  range: fixed([integer, lengthOfRange], numbers.range, "array"),
  replace: fixed([text, takes.nonEmptyText, text], texts.replace, "string"),
  substring: fixed([text, takes.natural, takes.natural], texts.substring, "string", 1),
  padLeft: fixed([textOrNumber, width, filler], texts.padLeft, "string", 1),
  startsWith: fixed([text, text], texts.startsWith, "boolean"),
  endsWith: fixed([text, text], texts.endsWith, "boolean"),
  indexOf: fixed([textOrList, anything], lists.indexOf, "number"),
  lastIndexOf: fixed([textOrList, anything], lists.lastIndexOf, "number"),
  union: rest(takes.listOrObject, 2, lists.union),
  intersection: rest(takes.listOrObject, 2, lists.intersection),
  flatten: fixed([takes.list], lists.flatten, "array"),
  array: fixed([anything], lists.array, "array"),
  createArray: rest(anything, 0, (...values) => values, "array"),
  createObject: pairs(objects.createObject),
  tryGet: fixed([takes.listOrObjectOrNull, textOrNumber], objects.tryGet),
  items: fixed([takes.object], objects.items, "array"),
  objectKeys: fixed([takes.object], objects.objectKeys, "array"),
  json: fixed([jsonText], (value: string) => objects.fromJson(value) ?? null),
  base64: fixed([text], texts.base64, "string"),
  base64ToString: fixed([base64Text], (value: string) => texts.fromBase64(value) ?? "", "string"),
  base64ToJson: fixed(
    [base64Json],
    (value: string) => objects.fromJson(texts.fromBase64(value) ?? "") ?? null,
  ),
  true: fixed([], () => true, "boolean"),
  false: fixed([], () => false, "boolean"),
  null: fixed([], () => null, "null"),
  addDays: fixed([date, integer], addDays, "string"),
  ipRangeContains: fixed(
    [range, range],
    (outer: string, inner: string) =>
      ipRangeContains(outer, inner) ?? fail("one range is IPv4 and the other IPv6"),
    "boolean",
  ),
};

export const functions: ReadonlyMap<string, PolicyFunction> = new Map(
  Object.entries(table).map(([name, each]) => [name.toLowerCase(), { name, ...each }]),
);

/** Functions built into the compiler: they read parameters, facts or the time, or do not evaluate every argument. */
const specialFunctions = ["parameters", "field", "current", "utcNow", "if", "and", "or", "not"];

export const functionNames: readonly string[] = [...specialFunctions, ...Object.keys(table)];

/** A function whose argument types are those of its parameters, which TypeScript cannot check. */
type Apply = (...values: never[]) => FactValue;
type Unnamed = Omit<PolicyFunction, "name">;

/** A function with these parameters, of which the last `optional` may be left out. */
function fixed(parameters: readonly Parameter[], apply: Apply, gives?: Kind, optional = 0): Unnamed {
  const { length } = parameters;
  return declared([length - optional, length], (index) => parameters[index] ?? anything, apply, gives);
}

/** A function with at least `least` arguments of one type. */
function rest(parameter: Parameter, least: number, apply: Apply, gives?: Kind): Unnamed {
  return declared([least, many], () => parameter, apply, gives);
}

/** A function with pairs of key and value. */
function pairs(apply: Apply): Unnamed {
  const parameterAt = (index: number) => (index % 2 === 0 ? text : anything);
  return { ...declared([0, many], parameterAt, apply, "object"), pairs: true };
}

function declared(
  arity: Unnamed["arity"],
  parameterAt: Unnamed["parameterAt"],
  apply: Apply,
  gives: Kind | undefined,
): Unnamed {
  const unchecked = apply as (...values: FactValue[]) => FactValue;
  return {
    arity,
    parameterAt,
    ...(gives === undefined ? {} : { gives }),
    apply: (...values) => {
      for (const [index, value] of values.entries()) {
        const refusal = argumentError(parameterAt(index), value);
        if (refusal !== undefined) fail(refusal);
      }
      return bounded(unchecked(...values));
    },
  };
}
