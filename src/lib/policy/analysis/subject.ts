import type { Comparison, Count, Subject } from "../language/policy.ts";
import { tryParseExpression, evaluateAbstractly, canonicalText } from "./abstract-evaluation.ts";
import type { Literal } from "./literal.ts";
import { valueSet, anyAbstractValue, type AbstractValue } from "./abstract-value.ts";
import { abstractValueAt, type FactModel } from "./fact-model.ts";

/** The abstract value of the left side of a comparison, other than a count. */
export function abstractValueOf(
  subject: Exclude<Subject, Count>,
  text: string,
  model: FactModel,
): AbstractValue {
  if (subject.kind !== "value") return abstractValueAt(subject.reference, model);
  const { formula } = subject;
  if (formula.possibleValues !== undefined) return valueSet(formula.possibleValues);
  const expression = tryParseExpression(text);
  return expression === undefined ? anyAbstractValue : evaluateAbstractly(expression, model);
}

/** Whether a literal compares a value with itself, ignoring case functions. */
export function comparesWithItself({ comparison: { subject, operand, text } }: Literal): boolean {
  if (operand.kind !== "computed") return false;
  const left = nameOfSubject(subject, text);
  return left !== undefined && left === nameOfExpression(operand.text);
}

function nameOfSubject(subject: Comparison["subject"], text: string): string | undefined {
  if (subject.kind === "field") return `field(${JSON.stringify(text.toLowerCase())})`;
  return subject.kind === "value" ? nameOfExpression(text) : undefined;
}

const caseAlone: readonly string[] = ["tolower", "toupper"];

function nameOfExpression(text: string): string | undefined {
  let expression = tryParseExpression(text);
  while (expression?.kind === "call" && caseAlone.includes(expression.name.toLowerCase()))
    expression = expression.arguments[0];
  return expression === undefined ? undefined : canonicalText(expression);
}
