import { printExpression, type Expression } from "./expression.ts";
import type { FactValue } from "../values/fact.ts";
import type { Formula } from "./formula.ts";
import { kindOf, nouns, type Kind } from "./function-parameter.ts";
import { normaliseLocation } from "../values/location.ts";
import { listOf, numberOf } from "../values/scalar.ts";
import { isDate } from "./time-functions.ts";

interface Argument {
  readonly expression: Expression;
  readonly formula: Formula;
}

/**
 * Messages about comparisons in functions that can never be true. Unlike the operators, the functions `equals` and
 * `contains` are case-sensitive and do not coerce types, so what works as `{ field, equals }` may never work in them.
 */
export function impossibleComparisons(
  name: string,
  [first, second]: readonly Argument[],
  before: readonly string[] = [],
): Pick<Formula, "impossible"> {
  if (first === undefined || second === undefined) return { impossible: before };
  const found = impossibleComparison(name, first, second) ?? impossibleComparison(name, second, first);
  return { impossible: found === undefined ? before : [...before, `${name}(): ${found}`] };
}

function impossibleComparison(
  name: string,
  { expression, formula }: Argument,
  other: Argument,
): string | undefined {
  const isKnown = other.formula.constant && other.formula.possibleValues !== undefined;
  if (!isKnown || formula.constant) return undefined;
  const shown = printExpression(expression);
  const values = (other.formula.possibleValues ?? []).filter((value) => value !== null && value !== "");
  switch (name) {
    case "equals":
      return firstOf(
        values,
        (value) => differentKind(formula, value, shown) ?? wrongSpelling(formula, value, shown),
      );
    case "contains":
      return firstOf(
        values.flatMap((value) => (Array.isArray(value) ? listOf(value) : [value])),
        (value) => wrongSpelling(formula, value, shown),
      );
    case "less":
    case "lessOrEquals":
    case "greater":
    case "greaterOrEquals":
      return firstOf(values, (value) => withoutOrder(formula, value, shown));
    default:
      return undefined;
  }
}

function firstOf(
  values: readonly FactValue[],
  problemOf: (value: FactValue) => string | undefined,
): string | undefined {
  return values.map(problemOf).find((each) => each !== undefined);
}

function differentKind({ kind }: Formula, value: FactValue, shown: string): string | undefined {
  const other = kindOf(value);
  if (kind === undefined || kind === other) return undefined;
  const advice = kind === "array" ? "; use contains()" : typedLiteral(kind, value);
  return `${shown} is ${nouns[kind]} and never equals ${printed(value)}${advice}`;
}

function typedLiteral(kind: Kind, value: FactValue): string {
  if (kind === "number" && numberOf(value) !== undefined) return `; write ${String(numberOf(value))}`;
  const isBoolean = kind === "boolean" && typeof value === "string" && /^(?:true|false)$/i.test(value);
  return isBoolean ? `; write ${value.toLowerCase()}()` : "";
}

/** The message for text that differs from all possible values by case or spaces. */
function wrongSpelling({ lowerCase, plain }: Formula, value: FactValue, shown: string): string | undefined {
  if (typeof value !== "string") return undefined;
  const isLocation = plain?.field.type === "location" || plain?.field.type === "locations";
  const small = isLocation ? normaliseLocation(value) : value.toLowerCase();
  if (lowerCase === true && value !== small)
    return `${shown} is always lower case${isLocation ? " without spaces" : ""} and never matches ${printed(value)}; write ${printed(small)}`;
  const known = plain?.steps.length === 0 ? plain.field.values : undefined;
  if (known === undefined || known.of.includes(value)) return undefined;
  const meant = known.of.find((each) => each.toLowerCase() === value.toLowerCase());
  if (meant !== undefined) return `it is case-sensitive, and Azure writes ${printed(meant)}; write that`;
  if (!known.closed) return undefined;
  return `${shown} is never ${printed(value)}; use one of ${known.of.map(printed).join(", ")}`;
}

function withoutOrder({ kind, isInstant }: Formula, value: FactValue, shown: string): string | undefined {
  const other = kindOf(value);
  if (isInstant === true && typeof value === "string" && !isDate(value))
    return `${shown} is an instant and cannot be ordered with ${printed(value)}; write an instant such as 2026-12-01T00:00:00Z`;
  if (kind === undefined || kind === other || (kind !== "number" && other !== "number")) return undefined;
  return `${shown} is ${nouns[kind]} and cannot be ordered with ${printed(value)}`;
}

/** A value as written in an expression. */
function printed(value: FactValue): string {
  const text = typeof value === "string" ? `'${value.replaceAll("'", "''")}'` : JSON.stringify(value);
  return text.length <= 100 ? text : `${text.slice(0, 99)}…`;
}
