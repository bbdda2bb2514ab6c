import { isExpression, parseExpression, ExpressionInvalid, type Expression } from "../language/expression.ts";
import type { FactValue } from "../values/fact.ts";
import { FunctionFailed } from "../language/function-argument.ts";
import { functions } from "../language/functions.ts";
import { hasEach } from "../values/path.ts";
import {
  valueSet,
  anyAbstractValue,
  integerRange,
  abstractText,
  union,
  type AbstractValue,
} from "./abstract-value.ts";
import { abstractValueAt, type FactModel } from "./fact-model.ts";

/** Parses a text as an expression; undefined if it is not a valid one. */
export function tryParseExpression(source: string): Expression | undefined {
  if (!isExpression(source)) return undefined;
  try {
    return parseExpression(source);
  } catch (error) {
    if (error instanceof ExpressionInvalid) return undefined;
    throw error;
  }
}

type Call = Extract<Expression, { kind: "call" }>;

const booleans = valueSet([true, false]);
const predicates: readonly string[] = [
  "bool",
  "contains",
  "empty",
  "endswith",
  "equals",
  "greater",
  "greaterorequals",
  "iprangecontains",
  "less",
  "lessorequals",
  "startswith",
];

/** The abstract value of an expression. Failures add no value; unsupported functions give any value. */
export function evaluateAbstractly(expression: Expression, model: FactModel): AbstractValue {
  if (expression.kind === "literal") return valueSet([expression.value]);
  if (expression.kind === "member") return anyAbstractValue;
  const name = expression.name.toLowerCase();
  switch (name) {
    case "field":
      return fieldOutcome(expression, model);
    case "not":
    case "and":
    case "or":
      return connectiveOutcome(name, expression, model);
    case "if":
      return conditionalOutcome(expression, model);
    case "utcnow":
      return { missing: false, present: { kind: "instant", least: -Infinity, most: Infinity } };
    default:
      return functionOutcome(name, expression, model);
  }
}

/** The value of a field as an argument: if missing, it may be null or "". */
function fieldOutcome({ arguments: [name] }: Call, model: FactModel): AbstractValue {
  if (name?.kind !== "literal") return anyAbstractValue;
  const reference = model.catalogue.resolve(String(name.value));
  // Inside a count, `[*]` is the current member.
  if ("problem" in reference || hasEach(reference.steps)) return anyAbstractValue;
  const possible = abstractValueAt(reference, model);
  const { source, values } = reference.field;
  // Other fields are often passed to functions to test whether they exist.
  const isRead = values !== undefined || ["connection", "service", "time"].includes(source);
  return possible.missing || !isRead ? union([{ ...possible, missing: true }, valueSet([""])]) : possible;
}

function connectiveOutcome(
  name: "not" | "and" | "or",
  { arguments: parts }: Call,
  model: FactModel,
): AbstractValue {
  const each = parts.map((part) => truthsOf(evaluateAbstractly(part, model)));
  if (name === "not") return valueSet((each[0] ?? []).map((value) => !value));
  const decisive = name === "or";
  // An argument that is always decisive decides. If no argument can be decisive, the result is the opposite.
  const decides = (values: readonly boolean[]) =>
    values.length > 0 && values.every((value) => value === decisive);
  if (each.some(decides)) return valueSet([decisive]);
  return each.every((values) => !values.includes(decisive)) ? valueSet([!decisive]) : booleans;
}

/** The possible booleans of a value; other values make a connective fail. */
function truthsOf({ present }: AbstractValue): readonly boolean[] {
  if (present?.kind !== "among") return [true, false];
  return present.values.filter((value) => typeof value === "boolean");
}

function conditionalOutcome(
  { arguments: [condition, then, otherwise] }: Call,
  model: FactModel,
): AbstractValue {
  if (condition === undefined || then === undefined || otherwise === undefined) return anyAbstractValue;
  const truths = truthsOf(evaluateAbstractly(condition, model));
  const chosen = truths.map((truth) => evaluateAbstractly(truth ? then : otherwise, model));
  return union(chosen);
}

function functionOutcome(name: string, call: Call, model: FactModel): AbstractValue {
  const parts = call.arguments.map((part) => evaluateAbstractly(part, model));
  return (
    selfComparisonOutcome(name, call) ??
    enumeratedOutcome(name, parts) ??
    partialTextOutcome(name, parts, model) ??
    typeOutcome(name)
  );
}

/** The result of comparing a value with itself. */
function selfComparisonOutcome(name: string, { arguments: [left, right] }: Call): AbstractValue | undefined {
  if (left === undefined || right === undefined || canonicalText(left) !== canonicalText(right))
    return undefined;
  if (["equals", "greaterorequals", "lessorequals"].includes(name)) return valueSet([true]);
  return name === "greater" || name === "less" ? valueSet([false]) : undefined;
}

/** A canonical text that is the same for equal expressions, independently of the case of names. */
export function canonicalText(expression: Expression): string {
  switch (expression.kind) {
    case "literal":
      return JSON.stringify(expression.value);
    case "member":
      return `${canonicalText(expression.of)}[${canonicalText(expression.key)}]`;
    case "call": {
      const name = expression.name.toLowerCase();
      const parts = expression.arguments.map(canonicalText).join();
      return `${name}(${name === "field" ? parts.toLowerCase() : parts})`;
    }
  }
}

const combinationsMax = 64;

/** All results of a function over finite sets of arguments. */
function enumeratedOutcome(name: string, parts: readonly AbstractValue[]): AbstractValue | undefined {
  let rows: readonly (readonly FactValue[])[] = [[]];
  for (const { missing, present } of parts) {
    if (missing || present?.kind !== "among" || !present.exact) return undefined;
    if (rows.length * present.values.length > combinationsMax) return undefined;
    rows = rows.flatMap((row) => present.values.map((value) => [...row, value]));
  }
  const apply = functions.get(name)?.apply;
  if (apply === undefined) return undefined;
  return valueSet(rows.flatMap((row) => applySafely(apply, row) ?? []));
}

/** The result of a function; empty if it fails. */
function applySafely(apply: (...values: FactValue[]) => FactValue, row: readonly FactValue[]): FactValue[] {
  try {
    return [apply(...row)];
  } catch (error) {
    if (error instanceof FunctionFailed) return [];
    throw error;
  }
}

/** The result of a function of a partially known text. */
function partialTextOutcome(
  name: string,
  parts: readonly AbstractValue[],
  { documented }: FactModel,
): AbstractValue | undefined {
  if (name === "concat") return concatenated(parts);
  const [left, right] = parts;
  if (left === undefined || left.missing || left.present?.kind !== "text") return undefined;
  const { sample, fixed } = left.present;
  if (name === "tolower" || name === "string") return left;
  // Azure has no empty names.
  if (documented && name === "length") return lengthRange(sample.length, fixed ? sample.length : Infinity);
  if (documented && name === "empty") return valueSet([false]);
  const part = right?.present?.kind === "among" && !right.missing ? right.present.values : [];
  const apply = functions.get(name)?.apply;
  if (!["contains", "startswith"].includes(name) || part.length !== 1 || apply === undefined)
    return undefined;
  return applySafely(apply, [sample, ...part])[0] === true ? valueSet([true]) : undefined;
}

function concatenated(parts: readonly AbstractValue[]): AbstractValue | undefined {
  const samples = parts.map(({ missing, present }) => {
    if (missing || present === undefined) return undefined;
    if (present.kind === "text") return present.sample;
    const only = present.kind === "among" && present.values.length === 1 ? present.values[0] : undefined;
    return typeof only === "string" ? only : undefined;
  });
  return samples.includes(undefined)
    ? undefined
    : { missing: false, present: abstractText(samples.join("")) };
}

/** The values that a function can have for any arguments. */
function typeOutcome(name: string): AbstractValue {
  if (predicates.includes(name)) return booleans;
  if (name === "length") return lengthRange(0);
  if (name === "indexof" || name === "lastindexof") return lengthRange(-1);
  if (["tolower", "toupper", "trim"].includes(name)) return { missing: false, present: abstractText() };
  return anyAbstractValue;
}

function lengthRange(least: number, most = Infinity): AbstractValue {
  const present = integerRange(least, most);
  return present === undefined ? anyAbstractValue : { missing: false, present };
}
