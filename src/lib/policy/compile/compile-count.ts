import { testFor } from "./operand-test.ts";
import type { Predicate } from "./decision-diagram.ts";
import { Failed, Unknown, valuesAt, valuesOf, type Env } from "../language/env.ts";
import type { FactValue } from "../values/fact.ts";
import type { OperatorName } from "../language/operators.ts";
import type { Comparison, Condition, Count, CountedList, Operand } from "../language/policy.ts";
import { printShort } from "../values/print-short.ts";
import { FALSE, TRUE, UNKNOWN, type Truth } from "../values/truth.ts";
import { asksMembers, vacuityInside, type Vacuity } from "../language/vacuity.ts";

/** The possible results of a count: from the members for which `where` is true to those for which it is not false. */
export interface Interval {
  readonly min: number;
  readonly max: number;
  /** The length of the list. */
  readonly size: number;
}

/** Compiles the condition on each member, which may itself contain counts. */
export type CompileWhere = (where: Condition, vacuity: Vacuity) => Predicate;

/** Compares a count with a number; unknown if the results in its interval differ. */
export function compileCount(
  count: Count,
  { operator, operand }: Pick<Comparison, "operator" | "operand">,
  compile: CompileWhere,
  vacuity: Vacuity,
): Predicate {
  const read = (inner: Vacuity) =>
    intervalAgainst(operator, operand, compileInterval(count, compile, inner), vacuityOver(count, vacuity));
  const asWritten = read(vacuityInside(operator, vacuity));
  if (isOrder(operator) || count.where === undefined || !asksMembers(count.where)) return asWritten;
  if (vacuity.opposite === vacuity) return asWritten;
  // Equality is not monotone in the count, so try both truths for empty lists inside `where` and take the safer result.
  const otherwise = read(vacuity.opposite);
  const pick = vacuity.truth === FALSE ? Math.min : Math.max;
  return (env) => pick(asWritten(env), otherwise(env)) as Truth;
}

function isOrder(operator: OperatorName): boolean {
  return operator !== "equals" && operator !== "notEquals";
}

/**
 * The truth of a count with `where` over an empty list, which like `[*]` tests no member. Undefined for a count without
 * `where`, which is about the number itself, and for a constant list, which is not missing data.
 */
function vacuityOver({ over, where }: Count, vacuity: Vacuity): Truth | undefined {
  const isWritten = over.kind === "value" && over.formula.constant;
  return where === undefined || isWritten || !vacuity.decidesCounts ? undefined : vacuity.truth;
}

function intervalAgainst(
  operator: OperatorName,
  operand: Operand,
  interval: (env: Env) => Interval | Unknown,
  vacuous: Truth | undefined,
): Predicate {
  const testIn = testFor(operator, operand);
  return (env) => {
    const found = interval(env);
    if (found instanceof Unknown) return UNKNOWN;
    if (found.size === 0 && vacuous !== undefined) return vacuous;
    const test = testIn(env);
    if (test instanceof Unknown) return UNKNOWN;
    const truth = test(found.min);
    for (let result = found.min + 1; result <= found.max; result++)
      if (test(result) !== truth) return UNKNOWN;
    return truth;
  };
}

/** Counts the members of a list; unknown if the list is. */
export function compileInterval(
  { over, where }: Count,
  compile: CompileWhere,
  vacuity: Vacuity,
): (env: Env) => Interval | Unknown {
  const read = countedMembers(over);
  const ofMember = where === undefined ? () => TRUE as Truth : compile(where, vacuity);
  return (env) => {
    const list = read(env);
    if (list instanceof Unknown) return list;
    let [min, max] = [0, 0];
    for (const element of list) {
      env.current.push(element);
      const truth = ofMember(env);
      env.current.pop();
      if (truth === TRUE) min++;
      if (truth !== FALSE) max++;
    }
    return { min, max, size: list.length };
  };
}

/** The members of the counted list; none for a missing list. */
export function countedMembers(over: CountedList): (env: Env) => readonly FactValue[] | Unknown {
  switch (over.kind) {
    case "field":
      return (env) => nullIfMissing(valuesOf(over.reference, env));
    case "element":
      return ({ current }) => nullIfMissing(valuesAt(current[over.depth], over.steps));
    case "value":
      return (env) => {
        const value = over.formula.compute(env);
        if (value instanceof Unknown || Array.isArray(value)) return value as readonly FactValue[] | Unknown;
        return value === null ? [] : new Failed("count", [value], `${printShort(value)} is not a list`);
      };
  }
}

function nullIfMissing(values: ReturnType<typeof valuesAt>): readonly FactValue[] | Unknown {
  if (values instanceof Unknown) return values;
  return values.map((value) => value ?? null);
}
