import { functionFailed, nothing, Unknown, type Env } from "./env.ts";
import { ExpressionInvalid, type Expression } from "./expression.ts";
import type { FactValue } from "./fact.ts";
import type { Catalogue, FieldReference } from "./field.ts";
import { currentFormula, fieldFormula } from "./field-formula.ts";
import { FunctionFailed } from "./function-argument.ts";
import { functionNames, functions } from "./functions.ts";
import { parseRange, type IpRange } from "./ip-range.ts";
import { nearest } from "./nearest.ts";

export type Parameters = ReadonlyMap<string, FactValue>;

/** A count around a condition: how its element is called, and the list that it goes through. */
export interface CountScope {
  readonly name?: string;
  readonly reference?: FieldReference;
}

/** What an expression or a condition may name where it stands. */
export interface Names {
  readonly catalogue: Catalogue;
  readonly parameters: Parameters;
  /** The counts around it, outermost first. */
  readonly counts: readonly CountScope[];
}

/** An expression ready to be computed, and the fields that it looks at. */
export interface Formula {
  readonly compute: (env: Env) => FactValue | Unknown;
  readonly references: readonly FieldReference[];
  /** Whether its value is the same for all facts, at all times. */
  readonly constant: boolean;
  /** Set where it is `ipRangeContains` of a constant range and a plain field, which is compiled to a comparison. */
  readonly within?: { readonly range: IpRange; readonly reference: FieldReference };
  /** Set where it is a plain field. */
  readonly plain?: FieldReference;
}

/** @throws {ExpressionInvalid} for what cannot be known by any name */
export function formulaOf(expression: Expression, names: Names): Formula {
  if (expression.kind === "literal") return constant(expression.value);
  const name = expression.name.toLowerCase();
  switch (name) {
    case "parameters":
      return constant(parameter(nameIn(expression), names.parameters));
    case "field":
      return fieldFormula(nameIn(expression), names);
    case "current":
      arity(expression, 0, 1);
      return currentFormula(expression.arguments.length === 0 ? undefined : nameIn(expression), names);
    case "utcnow":
      arity(expression, 0, 0);
      return { compute: ({ now }) => new Date(now).toISOString(), references: [], constant: false };
    case "if":
      return conditional(expression, names);
    case "and":
    case "or":
      return connective(expression, names, name === "or");
    case "not":
      return negation(expression, names);
    default:
      return application(expression, names);
  }
}

type Call = Extract<Expression, { kind: "call" }>;

function constant(value: FactValue): Formula {
  return { compute: () => value, references: [], constant: true };
}

function nameIn(call: Call): string {
  const [argument, ...rest] = call.arguments;
  if (argument?.kind === "literal" && typeof argument.value === "string" && rest.length === 0)
    return argument.value;
  throw new ExpressionInvalid(`${call.name}() takes one name in single quotes`);
}

function parameter(name: string, parameters: Parameters): FactValue {
  const value = parameters.get(name.toLowerCase());
  if (value !== undefined) return value;
  const names = [...parameters.keys()];
  const suggestion = nearest(name, names);
  const there = names.length === 0 ? "the policy declares none" : `there are ${names.join(", ")}`;
  throw new ExpressionInvalid(
    `there is no parameter "${name}"; ${suggestion === undefined ? there : `did you mean "${suggestion}"?`}`,
  );
}

function arity({ name, arguments: given }: Call, least: number, most: number): void {
  if (given.length >= least && given.length <= most) return;
  const wanted = least === most ? String(least) : `${least} to ${most}`;
  throw new ExpressionInvalid(`${name}() takes ${wanted} arguments, and ${given.length} are given`);
}

function parts(call: Call, names: Names) {
  const formulas = call.arguments.map((each) => formulaOf(each, names));
  return {
    formulas,
    references: formulas.flatMap((each) => each.references),
    constant: formulas.every((each) => each.constant),
  };
}

function boolean(value: FactValue | Unknown): boolean | Unknown {
  return typeof value === "boolean" || value instanceof Unknown ? value : functionFailed;
}

function conditional(call: Call, names: Names): Formula {
  arity(call, 3, 3);
  const { formulas, ...rest } = parts(call, names);
  const [condition, then, otherwise] = formulas as [Formula, Formula, Formula];
  return {
    ...rest,
    compute: (env) => {
      const holds = boolean(condition.compute(env));
      if (holds instanceof Unknown) return holds;
      return (holds ? then : otherwise).compute(env);
    },
  };
}

/** Three-valued: `or` is true as soon as one is, whatever cannot be told of the others. */
function connective(call: Call, names: Names, decisive: boolean): Formula {
  arity(call, 1, 64);
  const { formulas, ...rest } = parts(call, names);
  return {
    ...rest,
    compute: (env) => {
      const values = formulas.map((each) => boolean(each.compute(env)));
      if (values.includes(decisive)) return decisive;
      return values.find((value) => value instanceof Unknown) ?? !decisive;
    },
  };
}

function negation(call: Call, names: Names): Formula {
  arity(call, 1, 1);
  const { formulas, ...rest } = parts(call, names);
  const [inner] = formulas as [Formula];
  return {
    ...rest,
    compute: (env) => {
      const value = boolean(inner.compute(env));
      return value instanceof Unknown ? value : !value;
    },
  };
}

function application(call: Call, names: Names): Formula {
  const name = call.name.toLowerCase();
  const found = functions.get(name);
  if (found === undefined) {
    const suggestion = nearest(call.name, functionNames);
    throw new ExpressionInvalid(
      `there is no function "${call.name}"${suggestion === undefined ? `; there are ${functionNames.join(", ")}` : `; did you mean "${suggestion}"?`}`,
    );
  }
  arity(call, ...found.arity);
  const { formulas, ...rest } = parts(call, names);
  const within = name === "iprangecontains" ? withinOf(formulas) : undefined;
  return {
    ...rest,
    ...(within === undefined ? {} : { within }),
    compute: (env) => {
      const values = formulas.map((each) => each.compute(env));
      const unknown = values.find((value) => value instanceof Unknown);
      if (unknown instanceof Unknown) return unknown;
      try {
        return found.apply(...(values as FactValue[]));
      } catch (error) {
        if (error instanceof FunctionFailed) return functionFailed;
        throw error;
      }
    },
  };
}

function withinOf([range, target]: readonly Formula[]): Formula["within"] {
  const text = range?.constant === true ? range.compute(nothing) : undefined;
  const parsed = typeof text === "string" ? parseRange(text) : undefined;
  return parsed === undefined || target?.plain === undefined
    ? undefined
    : { range: parsed, reference: target.plain };
}
