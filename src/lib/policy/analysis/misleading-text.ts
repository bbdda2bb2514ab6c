import { comparisonsOf } from "../language/find-comparisons.ts";
import type { FactValue } from "../values/fact.ts";
import type { OperatorName } from "../language/operators.ts";
import { placeOf, type Finding } from "./finding.ts";
import type { Comparison, Rule } from "../language/policy.ts";
import { listOf } from "../values/scalar.ts";

/** Finds constants that look like a pattern or an expression, but are not read as one. */
export function misleadingTexts(rule: Rule): Finding[] {
  return comparisonsOf(rule.if).flatMap(({ comparison }) => {
    const place = placeOf(rule, comparison);
    return [...messagesOf(comparison)].map((message) => ({ severity: "warning", place, message }));
  });
}

function messagesOf(comparison: Comparison): ReadonlySet<string> {
  const { operator, operand, subject, text } = comparison;
  const right = operand.kind === "constant" ? textsIn(operand.value) : [];
  const left = subject.kind === "value" && subject.formula.constant ? [text] : [];
  return new Set([
    ...right.flatMap((each) => misleadingPattern(operator, each) ?? uppercasePattern(comparison, each) ?? []),
    ...[...left, ...right].flatMap((each) => missingBrackets(each) ?? []),
  ]);
}

function textsIn(value: FactValue): readonly string[] {
  return (Array.isArray(value) ? listOf(value) : [value]).filter((each) => typeof each === "string");
}

const affirmativeOf = (operator: OperatorName) => operator.replace(/^not/, "").toLowerCase();

function misleadingPattern(operator: OperatorName, text: string): string | undefined {
  if (!text.includes("*")) return undefined;
  switch (affirmativeOf(operator)) {
    case "like":
      return text.split("*").length > 2
        ? `"${text}" has more than one *; Azure Policy allows only one, while Drawbridge lets each match any characters`
        : undefined;
    case "equals":
    case "in":
    case "contains":
    case "match":
    case "matchinsensitively":
      return `${operator} treats * as an ordinary character; to match a pattern, use like`;
    default:
      return undefined;
  }
}

/** `match` is case-sensitive, so a pattern with capitals never matches a field that is always lower case. */
function uppercasePattern({ subject, operator, text }: Comparison, pattern: string): string | undefined {
  if (operator !== "match" && operator !== "notMatch") return undefined;
  if (subject.kind !== "field" && subject.kind !== "element") return undefined;
  if (subject.reference.field.lowerCase !== true || pattern === pattern.toLowerCase()) return undefined;
  const instead = operator === "match" ? "matchInsensitively" : "notMatchInsensitively";
  return `${operator} is case-sensitive and ${text} is always lower case, so "${pattern}" never matches; use ${instead}, or write the pattern in lower case`;
}

const call =
  /^\[?\s*(?:parameters|field|current|concat|split|toLower|toUpper|utcNow|addDays|if|first|last|createArray|union)\(.*\)\s*\]?$/is;

function missingBrackets(text: string): string | undefined {
  const written = text.trim();
  // Text in brackets is an expression, or an escaped "[[".
  if (!call.test(written) || (text.startsWith("[") && text.endsWith("]"))) return undefined;
  const inner = written.replace(/^\[|\]$/g, "");
  return `"${text.slice(0, 100)}" is read as plain text; to make it an expression, put all of it into brackets: "[${inner.slice(0, 100)}]"`;
}
