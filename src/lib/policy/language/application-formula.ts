import { Failed, nothing, Unknown, type Env } from "./env.ts";
import type { FactValue } from "../values/fact.ts";
import type { Parts } from "./formula.ts";
import type { Formula } from "./formula.ts";
import { FunctionFailed } from "./function-argument.ts";
import type { PolicyFunction } from "./functions.ts";
import { parseRange } from "../values/ip-range.ts";
import { memberOf } from "./member.ts";
import { trustOfMember } from "./trust.ts";

/** What these give has no capitals where their first argument has none. */
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

/** A function of its arguments alone. */
export function applicationOf({ name, apply, gives }: PolicyFunction, { formulas, base }: Parts): Formula {
  const within = name === "ipRangeContains" ? withinOf(formulas) : undefined;
  const among = base.constant ? undefined : resultsAmong(apply, formulas);
  return {
    ...base,
    ...(gives === undefined ? {} : { kind: gives }),
    ...(name === "addDays" ? { isInstant: true as const } : {}),
    lowerCase: keepsCase.has(name) ? formulas[0]?.lowerCase === true : name === "toLower",
    ...(within === undefined ? {} : { within }),
    ...(among === undefined ? {} : { among }),
    compute: (env) => {
      const values = formulas.map((each) => argument(each, env));
      const unknown = values.find((value) => value instanceof Unknown);
      return unknown instanceof Unknown ? unknown : applied(name, apply, values as FactValue[]);
    },
  };
}

/** An absent field is "" to a function, as in the table of "Author policies for array properties on Azure resources". */
function argument({ compute, absentIsNull }: Formula, env: Env): FactValue | Unknown {
  const value = compute(env);
  return value === null && absentIsNull === true ? "" : value;
}

/** The constants that formulas are made of. */
export function constantsIn(
  formulas: readonly Pick<Formula, "constant" | "among" | "constants">[],
): readonly FactValue[] {
  return formulas.flatMap(({ constant, among = [], constants = [] }) => (constant ? among : constants));
}

/** `whole[place]`, and `whole.name` with the name for its place. */
export function memberFormula(whole: Formula, place: Formula): Formula {
  const constant = whole.constant && place.constant;
  const among = constant ? undefined : resultsAmong(memberOf, [whole, place]);
  return {
    references: [...whole.references, ...place.references],
    constant,
    constants: constantsIn([whole, place]),
    doubts: [...(whole.doubts ?? []), ...(place.doubts ?? [])],
    lowerCase: whole.lowerCase === true,
    trust: trustOfMember(whole, place),
    ...(among === undefined ? {} : { among }),
    compute: (env) => {
      const [value, at] = [whole.compute(env), place.compute(env)];
      if (value instanceof Unknown) return value;
      return at instanceof Unknown ? at : applied("[…]", memberOf, [value, at]);
    },
  };
}

function applied(of: string, apply: Apply, values: readonly FactValue[]): FactValue | Unknown {
  try {
    return apply(...values);
  } catch (error) {
    if (error instanceof FunctionFailed) return new Failed(of, values, error.message);
    throw error;
  }
}

const combinationsMax = 256;

/** What a function can give where all that its arguments can come to is known; where it fails it gives nothing. */
function resultsAmong(apply: Apply, formulas: readonly Formula[]): readonly FactValue[] | undefined {
  let rows: readonly (readonly FactValue[])[] = [[]];
  for (const { among } of formulas) {
    if (among === undefined || rows.length * among.length > combinationsMax) return undefined;
    rows = rows.flatMap((row) => among.map((value) => [...row, value]));
  }
  return rows
    .map((row) => applied("", apply, row))
    .filter((value): value is FactValue => !(value instanceof Unknown));
}

function withinOf([range, target]: readonly Formula[]): Formula["within"] {
  const text = range?.constant === true ? range.compute(nothing) : undefined;
  const parsed = typeof text === "string" ? parseRange(text) : undefined;
  return parsed === undefined || target?.plain === undefined
    ? undefined
    : { range: parsed, reference: target.plain };
}
