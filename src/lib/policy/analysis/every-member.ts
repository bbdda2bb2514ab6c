import { comparisonsOf, type Found } from "../language/find-comparisons.ts";
import { hasEach, printSteps } from "../values/path.ts";
import type { Rule } from "../language/policy.ts";
import { placeOf, printValue, type Finding } from "./finding.ts";
import { literalOf } from "./literal.ts";

/**
 * Warns about `[*]`, which tests every member as in Azure Policy, in rules that restrict. There the author nearly
 * always means any member: a requester in the sandbox is in other groups too.
 */
export function everyMemberWarnings(rule: Rule): Finding[] {
  return comparisonsOf(rule.if).flatMap((each) => everyMemberWarning(rule, each) ?? []);
}

function everyMemberWarning(rule: Rule, { comparison, positive, counted }: Found): Finding | undefined {
  if (rule.effect === "approve" || counted === true || !positive) return undefined;
  const { subject, operand, operator: written } = comparison;
  const { operator, wanted } = literalOf(comparison, true);
  // A negated operator on every member is the idiom for "no member is".
  if (subject.kind !== "field" || !hasEach(subject.reference.steps) || !wanted || written === "exists")
    return undefined;
  const { field, steps } = subject.reference;
  const list = `${field.name}${printSteps(steps)}`;
  const right = operand.kind === "computed" ? printValue(operand.text) : printValue(operand.value);
  const isWhole = operator === "equals" && steps.length === 1;
  const meant = isWhole
    ? `{ field: ${field.name}, contains: ${right} }`
    : `count: { field: "${list}", where: { field: "${list}", ${written}: ${right} } } with greater: 0`;
  return {
    severity: "warning",
    place: placeOf(rule, comparison),
    message: `rule "${rule.name}": ${list} is true only if every member matches, so this rule would ${verbs[rule.effect]} only then; to match any member, write ${meant}`,
  };
}

const verbs = { reject: "reject", hold: "hold", alert: "alert" } as const;
