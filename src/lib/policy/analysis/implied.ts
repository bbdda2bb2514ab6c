import { parseInstant } from "../values/instant.ts";
import { operators, orderOperators } from "../language/operators.ts";
import { hasEach } from "../values/path.ts";
import type { Comparison, Condition } from "../language/policy.ts";
import { numberOf } from "../values/scalar.ts";
import { hasEmptyRightSide, type Analysis } from "./assume.ts";
import type { Assumptions } from "./assumptions.ts";
import { literalOf, type Literal } from "./literal.ts";
import type { AbstractValue } from "./abstract-value.ts";

export interface Premise {
  readonly assumed: Assumptions;
  /** Whether the assumptions are from the same file; each file has its own parameters. */
  readonly sameFile: boolean;
}

/** Whether the assumptions imply a condition, or its negation unless `positive`. False if that is not known. */
export function implied(
  condition: Condition,
  positive: boolean,
  given: Premise,
  analysis: Analysis,
): boolean {
  switch (condition.kind) {
    case "not":
      return implied(condition.member, !positive, given, analysis);
    case "allOf":
    case "anyOf": {
      const each = (member: Condition) => implied(member, positive, given, analysis);
      return (condition.kind === "allOf") === positive
        ? condition.members.every(each)
        : condition.members.some(each);
    }
    case "comparison":
      return comparisonImplied(condition, positive, given, analysis);
  }
}

function comparisonImplied(
  comparison: Comparison,
  positive: boolean,
  { assumed, sameFile }: Premise,
  analysis: Analysis,
): boolean {
  const literal = literalOf(comparison, positive);
  if (hasEmptyRightSide(comparison)) return false;
  if (!sameFile && /\bparameters\s*\(/i.test(`${literal.key} ${literal.says}`)) return false;
  if (assumed.literalSaying(literal.key, literal.says)?.wanted === literal.wanted) return true;
  const { subject } = comparison;
  if (!positive && subject.kind === "field" && hasEach(subject.reference.steps)) return false;
  // The assumptions already compare this value, so it is known and this comparison cannot be unknown.
  const possible = assumed.value(literal.key);
  return possible !== undefined && holdsForAll(possible, literal, analysis);
}

function holdsForAll(possible: AbstractValue, literal: Literal, analysis: Analysis): boolean {
  if (literal.test === undefined) return false;
  const { missing, present } = possible;
  const kept = analysis.narrow(possible, literal);
  if (missing && !kept.missing) return false;
  if (present === undefined) return true;
  if (present.kind === "among") {
    if (!present.exact && operators[literal.operator].caseSensitive) return false;
    return kept.present?.kind === "among" && kept.present.values.length === present.values.length;
  }
  const opposite = analysis.narrow({ missing: false, present }, { ...literal, wanted: !literal.wanted });
  return (
    opposite.present === undefined &&
    (!orderOperators.includes(literal.operator) || hasOrder(present.kind, literal))
  );
}

/** Whether the value can be ordered with the right side, so that the comparison is never unknown. */
function hasOrder(kind: string, { comparison: { operand } }: Literal): boolean {
  if (operand.kind !== "constant") return false;
  if (kind === "number") return numberOf(operand.value) !== undefined;
  return kind === "instant" && typeof operand.value === "string" && parseInstant(operand.value) !== undefined;
}
