import { comparisonsOf } from "../language/find-comparisons.ts";
import type { Condition, Rule } from "../language/policy.ts";
import { assume, isSatisfiable, hasEmptyRightSide, type Analysis } from "./assume.ts";
import { Assumptions } from "./assumptions.ts";
import { CoverIndex, type Cover } from "./cover-index.ts";
import type { Finding } from "./finding.ts";
import { implied } from "./implied.ts";

const strength: readonly Rule["effect"][] = ["approve", "hold", "reject"];

/** Finds rules that are only true where a stronger rule without expiry and window is true too. */
export function shadowedRules(rules: readonly Rule[], analysis: Analysis): Finding[] {
  const deciding = rules.filter((rule) => rule.effect !== "alert" && !hasEmptyList(rule));
  const covers = deciding.filter((rule) => isPermanent(rule) && isSatisfiable(rule.if, true, analysis));
  const index = new CoverIndex(
    covers.flatMap((rule): Cover[] => alternativesOf(rule.if).map((when) => ({ rule, when }))),
    analysis,
  );
  return deciding.flatMap((rule): Finding[] => {
    const over = shadowingRule(rule, index, analysis);
    if (over === undefined) return [];
    const { line, column, file } = over.at;
    return [
      {
        severity: "warning",
        place: rule.at,
        message:
          `rule "${rule.name}" (${rule.effect}) never decides, because rule "${over.name}" (${over.effect}) at ` +
          `${file}:${line}:${column} is true in the same cases and overrides it; narrow that rule, or remove this one`,
      },
    ];
  });
}

/** Whether a rule has an empty list, which may be filled later. */
function hasEmptyList(rule: Rule): boolean {
  return comparisonsOf(rule.if).some(({ comparison }) => hasEmptyRightSide(comparison));
}

function isPermanent({ effect, expiresOn, window }: Rule): boolean {
  return effect !== "approve" && expiresOn === undefined && window === undefined;
}

function alternativesOf(condition: Condition): readonly Condition[] {
  return condition.kind === "anyOf" ? condition.members : [condition];
}

/** A stronger rule that is implied by each alternative of this one. */
function shadowingRule(rule: Rule, index: CoverIndex, analysis: Analysis): Rule | undefined {
  const ways = alternativesOf(rule.if).flatMap((way) => {
    const assumed = new Assumptions();
    return assume(way, true, assumed, analysis) === undefined ? [assumed] : [];
  });
  const [first] = ways;
  if (first === undefined) return undefined;
  const isStronger = ({ effect }: Rule) => strength.indexOf(effect) > strength.indexOf(rule.effect);
  const asked = new Set<Rule>();
  for (const { rule: over } of index.candidates(first)) {
    if (asked.has(over) || !isStronger(over)) continue;
    asked.add(over);
    const sameFile = over.at.file === rule.at.file;
    if (ways.every((assumed) => implied(over.if, true, { assumed, sameFile }, analysis))) return over;
  }
  return undefined;
}
