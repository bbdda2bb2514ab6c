import { functionFailed, Unknown } from "./env.ts";
import type { FactValue } from "./fact.ts";
import type { Formula, Parts } from "./formula.ts";

function boolean(value: FactValue | Unknown): boolean | Unknown {
  return typeof value === "boolean" || value instanceof Unknown ? value : functionFailed;
}

export function conditional({ formulas, base }: Parts): Formula {
  const [condition, then, otherwise] = formulas as [Formula, Formula, Formula];
  const among =
    then.among === undefined || otherwise.among === undefined
      ? undefined
      : [...then.among, ...otherwise.among];
  return {
    ...base,
    ...(among === undefined || base.constant ? {} : { among }),
    compute: (env) => {
      const holds = boolean(condition.compute(env));
      if (holds instanceof Unknown) return holds;
      return (holds ? then : otherwise).compute(env);
    },
  };
}

/** Three-valued: `or` is true as soon as one is, whatever cannot be told of the others. */
export function connective({ formulas, base }: Parts, decisive: boolean): Formula {
  return {
    ...base,
    compute: (env) => {
      const values = formulas.map((each) => boolean(each.compute(env)));
      if (values.includes(decisive)) return decisive;
      return values.find((value) => value instanceof Unknown) ?? !decisive;
    },
  };
}

export function negation({ formulas, base }: Parts): Formula {
  const [inner] = formulas as readonly [Formula];
  return {
    ...base,
    compute: (env) => {
      const value = boolean(inner.compute(env));
      return value instanceof Unknown ? value : !value;
    },
  };
}
