import { comparisonsOf } from "../language/comparisons.ts";
import type { Condition, Rule } from "../language/policy.ts";
import { referencesOf } from "../language/references.ts";
import { restsOnPlatform, type Settled } from "./rests-on-platform.ts";
import { isTrueOfStrangers } from "./asked-of-strangers.ts";
import { canBe, type Analysis } from "./assume.ts";
import { withConnectives } from "./connectives.ts";
import { located, type Finding } from "./finding.ts";
import { possibleAt } from "./world.ts";

/** What is possible of any connection, and what Azure documents of those that are decided. */
export interface Analyses {
  readonly anything: Analysis;
  readonly documented: Analysis;
}

/** An approve rule that whoever asks can satisfy, once what is always true of its conditions is taken away. */
export function withoutRest(rule: Rule, analyses: Analyses): Finding[] {
  const condition = withConnectives(rule.if);
  const ofStrangers = trueOfStrangers(condition, analyses);
  if (rests(condition, analyses, ofStrangers)) return [];
  const because = whyNot(condition, analyses, ofStrangers);
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
type OfStrangers = ReadonlySet<Condition>;

/** Only of what stands by itself: what is asked of a counted member is tried with its count. */
function trueOfStrangers(condition: Condition, { documented }: Analyses): OfStrangers {
  const { catalogue } = documented.world;
  const found = comparisonsOf(condition).filter(
    ({ comparison, positive, counted }) =>
      counted !== true && isTrueOfStrangers(comparison, positive, catalogue),
  );
  return new Set(found.map(({ comparison }) => comparison));
}

function rests(condition: Condition, analyses: Analyses, ofStrangers: OfStrangers): boolean {
  if (!restsOnPlatform(condition, true, settledBy(analyses, ofStrangers))) return false;
  return splittable(condition, analyses).every(({ slot, values }) =>
    values.some((value) => {
      const given = ({ world, ...rest }: Analysis) => ({
        ...rest,
        world: { ...world, given: { slot, value } },
      });
      const { anything, documented } = analyses;
      const taken = { anything: given(anything), documented: given(documented) };
      return restsOnPlatform(condition, true, settledBy(taken, ofStrangers));
    }),
  );
}

/** Why a rule rests on nothing, though it speaks of what the platform vouches for. */
function whyNot(condition: Condition, { documented }: Analyses, ofStrangers: OfStrangers): string {
  const idle = comparisonsOf(condition).filter(
    ({ comparison, positive, counted }) =>
      counted !== true &&
      (isOfEverybody(comparison) || ofStrangers.has(comparison) || !canBe(comparison, !positive, documented)),
  );
  if (idle.length === 0)
    return restsOnPlatform(condition, true, () => undefined)
      ? ", since what it asks of the platform is so of everybody"
      : "";
  const parts = idle.slice(0, 3).map(({ comparison }) => located(comparison));
  return `, since ${parts.join(" and ")} ${idle.length === 1 ? "tells" : "tell"} nobody from the others`;
}

/** Whether a comparison looks at nothing that differs by who asks. */
function isOfEverybody(comparison: Condition): boolean {
  return referencesOf(comparison).every(({ field }) => field.ofEverybody === true || field.source === "time");
}

/** What is so already, whatever the requester chooses. */
function settledBy({ anything, documented }: Analyses, ofStrangers: OfStrangers): Settled {
  return (condition, positive) => {
    if (ofStrangers.has(condition) || !canBe(condition, !positive, documented)) return "always";
    return canBe(condition, positive, anything) ? undefined : "never";
  };
}

/**
 * Each value of what the platform vouches for and a rule names more than once: with "ours and a name, or foreign and the
 * same name" the name alone decides, which shows only where each of the two is taken for given.
 */
function splittable(condition: Condition, { documented }: Analyses) {
  const bySlot = Map.groupBy(referencesOf(condition), ({ slot }) => slot);
  return [...bySlot].flatMap(([slot, list]) => {
    const [reference] = list;
    if (list.length < 2 || reference === undefined || reference.steps.length > 0) return [];
    const { field } = reference;
    const { present } = possibleAt(reference, documented.world);
    if (field.assertedBy === "requester" || field.ofEverybody === true) return [];
    if (present?.kind !== "among" || !["string", "boolean"].includes(field.type)) return [];
    return [{ slot, values: present.values }];
  });
}
