import { nameOf } from "../evaluate/blocking-unknowns.ts";
import type { FieldReference } from "../language/fields.ts";
import { operators } from "../language/operators.ts";
import type { Comparison, Condition, Rule, Subject } from "../language/policy.ts";
import { foldText } from "../values/fold-text.ts";
import { hasEach } from "../values/path.ts";
import { placeOf, type Finding } from "./finding.ts";
import { fieldTrueWhenMissing, guardKey } from "./true-when-missing.ts";

/** Finds conditions of an approve rule that missing data makes true. */
export function unguardedNegations(rule: Rule): Finding[] {
  return unguarded(rule.if, true, new Set()).map(({ comparison, missing }) => ({
    severity: "error",
    place: placeOf(rule, comparison),
    message:
      `this condition is true if ${missing} is missing, and rule "${rule.name}" approves; ` +
      `add { field: ${missing}, exists: true } in the same allOf`,
  }));
}

interface Unguarded {
  readonly comparison: Comparison;
  /** The field that may be missing. */
  readonly missing: string;
}

/** The comparisons that missing data makes true, without an `exists` on the field in the same conjunction. */
function unguarded(condition: Condition, positive: boolean, guarded: ReadonlySet<string>): Unguarded[] {
  switch (condition.kind) {
    case "allOf":
    case "anyOf": {
      const conjunction = (condition.kind === "allOf") === positive;
      const inside = conjunction
        ? new Set([...guarded, ...condition.members.flatMap((each) => fieldsThatExist(each, positive))])
        : guarded;
      return condition.members.flatMap((member) => unguarded(member, positive, inside));
    }
    case "not":
      return unguarded(condition.member, !positive, guarded);
    case "comparison": {
      const missing = missingIn(condition, positive, guarded);
      return missing === undefined ? [] : [{ comparison: condition, missing }];
    }
  }
}

/** The field that, if missing, makes a comparison or its negation true. */
function missingIn(
  comparison: Comparison,
  positive: boolean,
  guarded: ReadonlySet<string>,
): string | undefined {
  const { operator, operand, subject } = comparison;
  if (operator === "exists" || asksForMissing(comparison)) return undefined;
  const plain = directField(subject);
  if (plain === undefined || operand.kind === "computed")
    return fieldTrueWhenMissing(comparison, positive, (each) => guarded.has(guardKey(each)));
  // In an approve rule, an empty list never satisfies [*].
  if (hasEach(plain.steps) || operators[operator].negated !== positive) return undefined;
  return guarded.has(guardKey(plain)) ? undefined : nameOf(plain);
}

/** Whether a comparison with null or "" explicitly tests for missing data. */
function asksForMissing({ operator, operand }: Comparison): boolean {
  const isNothing = operand.kind === "constant" && (operand.value === null || operand.value === "");
  return operator === "equals" && isNothing;
}

/** The field that a subject refers to directly; undefined for other subjects. */
function directField(subject: Subject): FieldReference | undefined {
  if (subject.kind === "field") return subject.reference;
  return subject.kind === "value" ? subject.formula.plain : undefined;
}

/** The fields that a member of a conjunction requires to exist. */
function fieldsThatExist(member: Condition, positive: boolean): string[] {
  if (member.kind === "not") return fieldsThatExist(member.member, !positive);
  if (member.kind === "allOf" && positive)
    return member.members.flatMap((each) => fieldsThatExist(each, positive));
  if (member.kind !== "comparison" || member.operator !== "exists" || member.operand.kind !== "constant")
    return [];
  const { value } = member.operand;
  const says = (value === true || (typeof value === "string" && foldText(value) === "true")) === positive;
  return says && member.subject.kind === "field" ? [guardKey(member.subject.reference)] : [];
}
