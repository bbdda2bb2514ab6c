import { printExpression, type Expression } from "../language/expression.ts";
import type { Formula } from "../language/formula.ts";
import type { Comparison, Condition } from "../language/policy.ts";
import { scalarText } from "../values/scalar.ts";
import { tryParseExpression } from "./abstract-evaluation.ts";

/**
 * Rewrites `"[and(a, b)]"` compared with true into an allOf of a and b, and or() and not() likewise, because the
 * analysis examines conditions one by one.
 */
export function expandConnectives(condition: Condition): Condition {
  switch (condition.kind) {
    case "allOf":
    case "anyOf":
      return { ...condition, members: condition.members.map(expandConnectives) };
    case "not":
      return { ...condition, member: expandConnectives(condition.member) };
    case "comparison":
      return expandComparison(condition);
  }
}

function expandComparison(comparison: Comparison): Condition {
  const { subject, operator, operand, text } = comparison;
  const right = operand.kind === "constant" ? scalarText(operand.value)?.toLowerCase() : undefined;
  if (subject.kind === "count" && subject.where !== undefined)
    return { ...comparison, subject: { ...subject, where: expandConnectives(subject.where) } };
  if (subject.kind !== "value" || subject.formula.logical === undefined) return comparison;
  if (operator !== "equals" && operator !== "notEquals") return comparison;
  if (right !== "true" && right !== "false") return comparison;
  const expression = tryParseExpression(text);
  if (expression === undefined) return comparison;
  const condition = asCondition(comparison, subject.formula, expression);
  return (right === "true") === (operator === "equals") ? condition : { kind: "not", member: condition };
}

function asCondition(whole: Comparison, formula: Formula, expression: Expression): Condition {
  const { logical } = formula;
  if (logical === undefined || expression.kind !== "call")
    return {
      ...whole,
      text: `[${printExpression(expression, Infinity)}]`,
      subject: { kind: "value", formula },
      operator: "equals",
      operand: { kind: "constant", value: true },
    };
  const members = logical.parts.map((part, index) =>
    asCondition(whole, part, expression.arguments[index] as Expression),
  );
  if (logical.by === "not") return { kind: "not", member: members[0] as Condition };
  return { kind: logical.by === "and" ? "allOf" : "anyOf", members };
}
