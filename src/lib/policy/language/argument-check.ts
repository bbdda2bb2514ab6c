import { printExpression, type Expression } from "./expression.ts";
import type { Formula, Names } from "./formula.ts";
import { kindOf, argumentError, kindError, type Kind, type Parameter } from "./function-parameter.ts";
import type { PolicyFunction } from "./functions.ts";
import { checkRanges } from "./range-argument.ts";

interface Argument {
  readonly expression: Expression;
  readonly formula: Formula;
}

/**
 * Reports what is known of a function's arguments when the policy loads, and can only make it fail: its condition
 * would be unknown for ever. Whether something was reported.
 */
export function checkArguments(
  { name, parameterAt }: PolicyFunction,
  given: readonly Argument[],
  { report }: Names,
): boolean {
  if (report === undefined) return false;
  if (name === "ipRangeContains")
    checkRanges(
      given.map(({ formula }) => formula),
      report,
    );
  const refusals = given.flatMap((argument, index) => {
    // Ranges have been told already, each that is none.
    if (name === "ipRangeContains" && argument.formula.possibleValues !== undefined) return [];
    return errorOfArgument(parameterAt(index), argument) ?? [];
  });
  for (const refusal of refusals)
    report(`${name}(): ${refusal}; this would be unknown whatever the facts`, "error");
  return refusals.length > 0;
}

/** What is wrong with all that an argument can come to; undefined where something of it fits, or cannot be told. */
function errorOfArgument(parameter: Parameter, { expression, formula }: Argument): string | undefined {
  if (formula.alwaysFails === true) return undefined;
  if (formula.possibleValues !== undefined) {
    const refusals = formula.possibleValues.map((value) => argumentError(parameter, value));
    return refusals.includes(undefined) ? undefined : refusals[0];
  }
  const { kind } = formula;
  const refusal = kind === undefined ? undefined : kindError(parameter, kind, printExpression(expression));
  return refusal === undefined || formula.list === undefined ? refusal : `${refusal}: ${listAdvice(formula)}`;
}

/** How to ask each member of a list where one value is wanted. */
function listAdvice({ list = "", isCounted }: Formula): string {
  if (isCounted === true) return "it has one member inside its own count, which is current()";
  return `ask each member, count: { field: "${list}[*]", where: { value: "[… current() …]", … } }`;
}

/** The kind of what a formula gives, where that is known. */
export function kindOfFormula({ kind, possibleValues = [] }: Formula): Kind | undefined {
  return kind ?? kindAmong(possibleValues.map(kindOf));
}

/** The one kind that several are; undefined where they are not. */
export function kindAmong(values: readonly (Kind | undefined)[]): Kind | undefined {
  const [first, ...others] = values;
  return others.every((each) => each === first) ? first : undefined;
}
