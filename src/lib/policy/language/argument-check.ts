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
 * Reports arguments that are known at load to make a function fail, so that its condition would always be unknown.
 * Returns whether it reported anything.
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
    // Invalid ranges have already been reported.
    if (name === "ipRangeContains" && argument.formula.possibleValues !== undefined) return [];
    return errorOfArgument(parameterAt(index), argument) ?? [];
  });
  for (const refusal of refusals) report(`${name}(): ${refusal}`, "error");
  return refusals.length > 0;
}

/** The error of an argument that never fits; undefined if a possible value fits, or if the values are not known. */
function errorOfArgument(parameter: Parameter, { expression, formula }: Argument): string | undefined {
  if (formula.alwaysFails === true) return undefined;
  if (formula.possibleValues !== undefined) {
    const refusals = formula.possibleValues.map((value) => argumentError(parameter, value));
    return refusals.includes(undefined) ? undefined : refusals[0];
  }
  const { kind } = formula;
  const refusal = kind === undefined ? undefined : kindError(parameter, kind, printExpression(expression));
  return refusal === undefined || formula.list === undefined ? refusal : `${refusal}; ${listAdvice(formula)}`;
}

/** How to test each member of a list. */
function listAdvice({ list = "", isCounted }: Formula): string {
  if (isCounted === true) return "inside its own count the current member is current()";
  return `test each member: count: { field: "${list}[*]", where: { value: "[… current() …]", … } }`;
}

/** The type of a formula's value, if known. */
export function kindOfFormula({ kind, possibleValues = [] }: Formula): Kind | undefined {
  return kind ?? kindAmong(possibleValues.map(kindOf));
}

/** The common type of several values; undefined if they differ. */
export function kindAmong(values: readonly (Kind | undefined)[]): Kind | undefined {
  const [first, ...others] = values;
  return others.every((each) => each === first) ? first : undefined;
}
