import { kindAmong, kindOfFormula } from "./argument-check.ts";
import { Failed, Unknown } from "./env.ts";
import type { FactValue } from "../values/fact.ts";
import type { Parts } from "./formula.ts";
import type { Formula } from "./formula.ts";
import { printShort } from "../values/print-short.ts";

function boolean(of: string, value: FactValue | Unknown): boolean | Unknown {
  if (typeof value === "boolean" || value instanceof Unknown) return value;
  return new Failed(of, [value], `${printShort(value)} is neither true nor false`);
}

export function conditional({ formulas, base }: Parts): Formula {
  const [condition, then, otherwise] = formulas as [Formula, Formula, Formula];
  const possibleValues =
    then.possibleValues === undefined || otherwise.possibleValues === undefined
      ? undefined
      : [...then.possibleValues, ...otherwise.possibleValues];
  const kind = kindAmong([kindOfFormula(then), kindOfFormula(otherwise)]);
  return {
    ...base,
    ...(kind === undefined ? {} : { kind }),
    ...(possibleValues === undefined || base.constant ? {} : { possibleValues }),
    absentIsNull: then.absentIsNull === true || otherwise.absentIsNull === true,
    compute: (env) => {
      const holds = boolean("if", condition.compute(env));
      if (holds instanceof Unknown) return holds;
      return (holds ? then : otherwise).compute(env);
    },
  };
}

/** Compiles and() and or() with three values: `or` is true if one argument is, even if others are unknown. */
export function connective({ formulas, base }: Parts, decisive: boolean): Formula {
  const name = decisive ? "or" : "and";
  return {
    ...base,
    kind: "boolean",
    logical: { by: name, parts: formulas },
    compute: (env) => {
      const values = formulas.map((each) => boolean(name, each.compute(env)));
      if (values.includes(decisive)) return decisive;
      return values.find((value) => value instanceof Unknown) ?? !decisive;
    },
  };
}

export function negation({ formulas, base }: Parts): Formula {
  const [inner] = formulas as readonly [Formula];
  return {
    ...base,
    kind: "boolean",
    logical: { by: "not", parts: formulas },
    compute: (env) => {
      const value = boolean("not", inner.compute(env));
      return value instanceof Unknown ? value : !value;
    },
  };
}
