import { operators, testOf, type OperatorName, type Test } from "../language/operators.ts";
import { printSteps } from "../values/path.ts";
import type { Comparison, Operand, Subject } from "../language/policy.ts";
import { structuralKey } from "./structural-key.ts";

/** A comparison that is assumed true or false, with the negation of its operator removed. */
export interface Literal {
  readonly comparison: Comparison;
  readonly operator: OperatorName;
  readonly wanted: boolean;
  /** Tests a value that is not folded; undefined if the right side is computed from facts. */
  readonly test?: Test;
  /** Identifies the compared value: equal for comparisons of the same value. */
  readonly key: string;
  /** Identifies the predicate: equal for literals with the same operator and right side, whether true or false. */
  readonly says: string;
}

type Prepared = Omit<Literal, "wanted"> & { readonly negated: boolean };

const preparedLiterals = new WeakMap<Comparison, Prepared>();

/** The literal for a true or a false comparison. */
export function literalOf(comparison: Comparison, positive: boolean): Literal {
  const { negated, ...prepared } = preparedOf(comparison);
  return { ...prepared, wanted: negated !== positive };
}

/** Cached, because tests of long lists are expensive and rules are analysed several times. */
function preparedOf(comparison: Comparison): Prepared {
  const before = preparedLiterals.get(comparison);
  if (before !== undefined) return before;
  const { operator, operand, subject, text } = comparison;
  const { negated } = operators[operator];
  const affirmative = negated ? affirmativeOf(operator) : operator;
  const prepared: Prepared = {
    comparison,
    operator: affirmative,
    negated,
    ...(operand.kind === "constant" ? { test: testOf(affirmative, operand.value) } : {}),
    key: keyOf(subject, text),
    says: `${affirmative} ${operandKey(operand)}`,
  };
  preparedLiterals.set(comparison, prepared);
  return prepared;
}

/** `equals` for `notEquals`. */
function affirmativeOf(operator: OperatorName): OperatorName {
  return operator.replace(/^not./, (start) => start.slice(3).toLowerCase()) as OperatorName;
}

function operandKey(operand: Operand): string {
  return operand.kind === "computed" ? `= ${operand.text}` : JSON.stringify(operand.value);
}

function keyOf(subject: Subject, text: string): string {
  switch (subject.kind) {
    case "field":
      return `field ${subject.reference.slot} ${printSteps(subject.reference.steps).toLowerCase()}`;
    case "element":
      return `element ${subject.depth} ${printSteps(subject.steps).toLowerCase()}`;
    case "value":
      return `value ${text}`;
    case "count":
      return `count ${structuralKey(subject)}`;
  }
}
