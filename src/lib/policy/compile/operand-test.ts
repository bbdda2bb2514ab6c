import { Failed, Unknown, type Env } from "../language/env.ts";
import { operators, testOf, type OperatorName, type Test } from "../language/operators.ts";
import type { Operand } from "../language/policy.ts";

/** The operator's test with the operand; unknown if the operand cannot be computed or has the wrong type. */
export function testFor(operator: OperatorName, operand: Operand): (env: Env) => Test | Unknown {
  if (operand.kind === "constant") {
    const test = testOf(operator, operand.value);
    return () => test;
  }
  return (env) => {
    const value = operand.formula.compute(env);
    if (value instanceof Unknown) return value;
    const refusal = operators[operator].refuses(value);
    return refusal === undefined ? testOf(operator, value) : new Failed(operator, [value], refusal);
  };
}
