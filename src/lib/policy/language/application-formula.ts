import { Failed, envWithoutFacts, Unknown, type Env } from "./env.ts";
import type { FactValue } from "../values/fact.ts";
import type { Parts } from "./formula.ts";
import type { Formula } from "./formula.ts";
import { FunctionFailed } from "./function-argument.ts";
import type { PolicyFunction } from "./functions.ts";
import { parseRange } from "../values/ip-range.ts";
import { memberOf } from "./member.ts";
import { trustOfMember } from "./trust.ts";

/** Functions whose result is lower case if their first argument is. */
const keepsCase: ReadonlySet<string> = new Set([
  "split",
  "first",
  "last",
  "take",
  "skip",
  "substring",
  "trim",
  "string",
]);

type Apply = (...values: FactValue[]) => FactValue;

/** Compiles a call of a function that depends only on its arguments. */
export function applicationOf({ name, apply, gives }: PolicyFunction, { formulas, base }: Parts): Formula {
  const rangeTest = name === "ipRangeContains" ? rangeTestOf(formulas) : undefined;
  const possibleValues = base.constant ? undefined : possibleResults(apply, formulas);
  return {
    ...base,
    ...(gives === undefined ? {} : { kind: gives }),
    ...(name === "addDays" ? { isInstant: true as const } : {}),
    lowerCase: keepsCase.has(name) ? formulas[0]?.lowerCase === true : name === "toLower",
    ...(rangeTest === undefined ? {} : { rangeTest }),
    ...(possibleValues === undefined ? {} : { possibleValues }),
    compute: (env) => {
      const values = formulas.map((each) => argumentValue(each, env));
      const unknown = values.find((value) => value instanceof Unknown);
      return unknown instanceof Unknown ? unknown : applySafely(name, apply, values as FactValue[]);
    },
  };
}

/** An absent field is "" as an argument ("Author policies for array properties on Azure resources"). */
function argumentValue({ compute, absentIsNull }: Formula, env: Env): FactValue | Unknown {
  const value = compute(env);
  return value === null && absentIsNull === true ? "" : value;
}

/** The constants that occur in formulas. */
export function constantsIn(
  formulas: readonly Pick<Formula, "constant" | "possibleValues" | "constants">[],
): readonly FactValue[] {
  return formulas.flatMap(({ constant, possibleValues = [], constants = [] }) =>
    constant ? possibleValues : constants,
  );
}

/** Compiles `whole[place]` and `whole.name`. */
export function memberFormula(whole: Formula, place: Formula): Formula {
  const constant = whole.constant && place.constant;
  const possibleValues = constant ? undefined : possibleResults(memberOf, [whole, place]);
  return {
    references: [...whole.references, ...place.references],
    constant,
    constants: constantsIn([whole, place]),
    impossible: [...(whole.impossible ?? []), ...(place.impossible ?? [])],
    lowerCase: whole.lowerCase === true,
    trust: trustOfMember(whole, place),
    ...(possibleValues === undefined ? {} : { possibleValues }),
    compute: (env) => {
      const [value, at] = [whole.compute(env), place.compute(env)];
      if (value instanceof Unknown) return value;
      return at instanceof Unknown ? at : applySafely("[…]", memberOf, [value, at]);
    },
  };
}

function applySafely(of: string, apply: Apply, values: readonly FactValue[]): FactValue | Unknown {
  try {
    return apply(...values);
  } catch (error) {
    if (error instanceof FunctionFailed) return new Failed(of, values, error.message);
    throw error;
  }
}

const combinationsMax = 256;

/** All results of a function, if all values of its arguments are known; failures give no result. */
function possibleResults(apply: Apply, formulas: readonly Formula[]): readonly FactValue[] | undefined {
  let rows: readonly (readonly FactValue[])[] = [[]];
  for (const { possibleValues } of formulas) {
    if (possibleValues === undefined || rows.length * possibleValues.length > combinationsMax)
      return undefined;
    rows = rows.flatMap((row) => possibleValues.map((value) => [...row, value]));
  }
  return rows
    .map((row) => applySafely("", apply, row))
    .filter((value): value is FactValue => !(value instanceof Unknown));
}

function rangeTestOf([range, target]: readonly Formula[]): Formula["rangeTest"] {
  const text = range?.constant === true ? range.compute(envWithoutFacts) : undefined;
  const parsed = typeof text === "string" ? parseRange(text) : undefined;
  return parsed === undefined || target?.plain === undefined
    ? undefined
    : { range: parsed, reference: target.plain };
}
