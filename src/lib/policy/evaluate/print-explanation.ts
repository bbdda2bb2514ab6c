import type { ExplainedCondition, ExplainedRule } from "./explain.ts";
import type { FactValue } from "../values/fact.ts";
import { escapeControlCharacters, truncate } from "../values/print-short.ts";

const marks = { true: "✓", false: "✗", unknown: "?" } as const;
const shownMax = 120;

/** Prints an explanation as a tree with one condition per line. */
export function printExplanation(rules: readonly ExplainedRule[]): string {
  return rules.map(printRule).join("");
}

function printRule({ name, effect, result, condition }: ExplainedRule): string {
  return `${marks[result]} ${effect}  ${escapeControlCharacters(name)}\n${printCondition(condition, "  ")}`;
}

function printCondition(condition: ExplainedCondition, indent: string): string {
  const members = (condition.members ?? []).map((member) => printCondition(member, `${indent}  `)).join("");
  return `${indent}${marks[condition.result]} ${lineOf(condition)}\n${members}`;
}

function lineOf(condition: ExplainedCondition): string {
  const { expression, operator, targetValue, targetUnknown } = condition;
  if (operator === undefined) return expression;
  const target = targetUnknown === undefined ? printValue(targetValue) : `unknown (${targetUnknown})`;
  return `${escapeControlCharacters(expression)} ${operator} ${target}  (${printRead(condition)})`;
}

function printRead(condition: ExplainedCondition): string {
  const { expressionValue, expressionUnknown, expressionBetween, because } = condition;
  if (because !== undefined) return `unknown: ${escapeControlCharacters(because)}`;
  if (expressionUnknown !== undefined) return `unknown: ${expressionUnknown}`;
  if (expressionBetween !== undefined) return `between ${expressionBetween.join(" and ")}`;
  return expressionValue === null ? "was absent" : `was ${printValue(expressionValue)}`;
}

function printValue(value: FactValue | undefined): string {
  return truncate(escapeControlCharacters(JSON.stringify(value ?? null)), shownMax);
}
