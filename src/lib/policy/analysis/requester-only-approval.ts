import { comparisonsOf } from "../language/comparisons.ts";
import type { Condition, Rule } from "../language/policy.ts";
import { referencesOf } from "../language/references.ts";
import { requiresPlatformFact, type ConstantTruth } from "./platform-requirement.ts";
import { holdsForAllSamples } from "./holds-for-samples.ts";
import { isSatisfiable, type Analysis } from "./assume.ts";
import { expandConnectives } from "./connectives.ts";
import { describeLocated, type Finding } from "./finding.ts";
import { abstractValueAt } from "./fact-model.ts";

/** What is possible of any connection, and what Azure documents of those that are decided. */
export interface Analyses {
  readonly anything: Analysis;
  readonly documented: Analysis;
}

/** An approve rule that whoever asks can satisfy, once what is always true of its conditions is taken away. */
export function requesterOnlyApproval(rule: Rule, analyses: Analyses): Finding[] {
  const condition = expandConnectives(rule.if);
  const nonDistinguishing = holdingForSamples(condition, analyses);
  if (isSufficient(condition, analyses, nonDistinguishing)) return [];
  const because = insufficiencyReason(condition, analyses, nonDistinguishing);
  return [
    {
      severity: "error",
      place: rule.at,
      message:
        `rule "${rule.name}" would approve on what the requester chose alone (message, tags, and names and resource ` +
        `groups, also inside ids)${because}; add a condition on something that the platform vouches for and that not ` +
        "everybody has, such as endpoint.subscriptionId or requester.managementGroups",
    },
  ];
}

/** Comparisons that are so of everybody whom nobody knows, as the rule asks for them. */
type Undiscriminating = ReadonlySet<Condition>;

/** Only of what stands by itself: what is asked of a counted member is tried with its count. */
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

/** Why a rule rests on nothing, though it speaks of what the platform vouches for. */
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
      ? ", since what it asks of the platform is so of everybody"
      : "";
  const parts = idle.slice(0, 3).map(({ comparison }) => describeLocated(comparison));
  return `, since ${parts.join(" and ")} ${idle.length === 1 ? "tells" : "tell"} nobody from the others`;
}

/** Whether a comparison looks at nothing that differs by who asks. */
function isSameForEveryone(comparison: Condition): boolean {
  return referencesOf(comparison).every(
    ({ field }) => field.sameForEveryone === true || field.source === "time",
  );
}

/** What is so already, whatever the requester chooses. */
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
 * Each value of what the platform vouches for and a rule names more than once: with "ours and a name, or foreign and the
 * same name" the name alone decides, which shows only where each of the two is taken for given.
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
