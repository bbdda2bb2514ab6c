import { comparisonsOf } from "../language/find-comparisons.ts";
import type { Condition, Rule } from "../language/policy.ts";
import { referencesOf } from "../language/references.ts";
import { requiresPlatformFact, type ConstantTruth } from "./platform-requirement.ts";
import { holdsForAllSamples } from "./holds-for-samples.ts";
import { isSatisfiable, type Analysis } from "./assume.ts";
import { expandConnectives } from "./connectives.ts";
import { describeLocated, type Finding } from "./finding.ts";
import { abstractValueAt } from "./fact-model.ts";

/** Two analyses: over all facts, and over the facts that Azure documents for connections to decide. */
export interface Analyses {
  readonly anything: Analysis;
  readonly documented: Analysis;
}

/** Finds an approve rule that any requester can satisfy, after removing conditions that are always true. */
export function requesterOnlyApproval(rule: Rule, analyses: Analyses): Finding[] {
  const condition = expandConnectives(rule.if);
  const nonDistinguishing = holdingForSamples(condition, analyses);
  if (isSufficient(condition, analyses, nonDistinguishing)) return [];
  const because = insufficiencyReason(condition, analyses, nonDistinguishing);
  const on = referencesOf(condition).some(({ field }) => field.assertedBy === "requester")
    ? "on values that only the requester controls (message, tags, names and resource groups, also inside ids)"
    : "any requester";
  return [
    {
      severity: "error",
      place: rule.at,
      message:
        `rule "${rule.name}" can approve ${on}${because}; add a condition on a value that Azure asserts and that ` +
        "differs between requesters, such as endpoint.subscriptionId or requester.managementGroups",
    },
  ];
}

/** Comparisons that hold for all sample requesters, with the polarity that the rule needs. */
type Undiscriminating = ReadonlySet<Condition>;

/** Only top-level comparisons; the `where` of a count is tried as part of the count. */
function holdingForSamples(condition: Condition, { documented }: Analyses): Undiscriminating {
  const { catalogue } = documented.model;
  const found = comparisonsOf(condition).filter(
    ({ comparison, positive, counted }) =>
      counted !== true && holdsForAllSamples(comparison, positive, catalogue),
  );
  return new Set(found.map(({ comparison }) => comparison));
}

function isSufficient(
  condition: Condition,
  analyses: Analyses,
  nonDistinguishing: Undiscriminating,
): boolean {
  if (!requiresPlatformFact(condition, true, constantTruth(analyses, nonDistinguishing))) return false;
  return caseSplits(condition, analyses).every(({ slot, values }) =>
    values.some((value) => {
      const given = ({ model, ...rest }: Analysis) => ({
        ...rest,
        model: { ...model, given: { slot, value } },
      });
      const { anything, documented } = analyses;
      const taken = { anything: given(anything), documented: given(documented) };
      return requiresPlatformFact(condition, true, constantTruth(taken, nonDistinguishing));
    }),
  );
}

/** Explains why platform-asserted conditions in the rule do not suffice. */
function insufficiencyReason(
  condition: Condition,
  { documented }: Analyses,
  nonDistinguishing: Undiscriminating,
): string {
  const idle = comparisonsOf(condition).filter(
    ({ comparison, positive, counted }) =>
      counted !== true &&
      (isSameForEveryone(comparison) ||
        nonDistinguishing.has(comparison) ||
        !isSatisfiable(comparison, !positive, documented)),
  );
  if (idle.length === 0)
    return requiresPlatformFact(condition, true, () => undefined)
      ? ", because every requester can satisfy its conditions on values that Azure asserts"
      : "";
  const parts = idle.slice(0, 3).map(({ comparison }) => describeLocated(comparison));
  return `, because ${parts.join(" and ")} ${idle.length === 1 ? "does" : "do"} not distinguish requesters`;
}

/** Whether a comparison only reads values that are the same for every requester. */
function isSameForEveryone(comparison: Condition): boolean {
  return referencesOf(comparison).every(
    ({ field }) => field.sameForEveryone === true || field.source === "time",
  );
}

/** Whether a condition is always or never true, whatever the requester chooses. */
function constantTruth(
  { anything, documented }: Analyses,
  nonDistinguishing: Undiscriminating,
): ConstantTruth {
  return (condition, positive) => {
    if (nonDistinguishing.has(condition) || !isSatisfiable(condition, !positive, documented)) return "always";
    return isSatisfiable(condition, positive, anything) ? undefined : "never";
  };
}

/**
 * The finite platform-asserted fields that occur more than once, for a case analysis: in "ours and a name, or foreign
 * and the same name" only the name matters, which shows if the rule is examined for each tenant.
 */
function caseSplits(condition: Condition, { documented }: Analyses) {
  const bySlot = Map.groupBy(referencesOf(condition), ({ slot }) => slot);
  return [...bySlot].flatMap(([slot, list]) => {
    const [reference] = list;
    if (list.length < 2 || reference === undefined || reference.steps.length > 0) return [];
    const { field } = reference;
    const { present } = abstractValueAt(reference, documented.model);
    if (field.assertedBy === "requester" || field.sameForEveryone === true) return [];
    if (present?.kind !== "among" || !["string", "boolean"].includes(field.type)) return [];
    return [{ slot, values: present.values }];
  });
}
