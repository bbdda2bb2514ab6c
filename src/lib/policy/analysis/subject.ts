import type { Comparison, Count, Subject } from "../language/policy.ts";
import { expressionIn, outcomeOf, spelled } from "./outcome.ts";
import type { Literal } from "./literal.ts";
import { among, anything, type Possible } from "./possible.ts";
import { possibleAt, type World } from "./world.ts";

/** What the left side of a comparison can be, other than a count. */
export function possibleOf(subject: Exclude<Subject, Count>, text: string, world: World): Possible {
  if (subject.kind !== "value") return possibleAt(subject.reference, world);
  const { formula } = subject;
  if (formula.among !== undefined) return among(formula.among);
  const expression = expressionIn(text);
  return expression === undefined ? anything : outcomeOf(expression, world);
}

/** Whether a literal holds a value against itself, in whatever case. */
export function isOfItself({ comparison: { subject, operand, text } }: Literal): boolean {
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
  let expression = expressionIn(text);
  while (expression?.kind === "call" && caseAlone.includes(expression.name.toLowerCase()))
    expression = expression.arguments[0];
  return expression === undefined ? undefined : spelled(expression);
}
