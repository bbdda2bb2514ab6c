import type { FieldReference } from "../field.ts";
import type { Condition, Rule } from "../policy.ts";
import { referencesOf } from "../references.ts";
import { restsOnPlatform, type Settled } from "../rests-on-platform.ts";
import { assume, canBe, type Analysis } from "./assume.ts";
import { Assumed } from "./assumed.ts";
import { located, type Finding } from "./finding.ts";
import { comparisonsOf } from "./walk.ts";
import { possibleAt } from "./world.ts";

/** What is possible of any connection, and what Azure documents of those that are decided. */
export interface Analyses {
  readonly anything: Analysis;
  readonly documented: Analysis;
}

/** An approve rule that whoever asks can satisfy, once what is always true of its conditions is taken away. */
export function withoutRest(rule: Rule, analyses: Analyses): Finding[] {
  if (rests(rule.if, analyses)) return [];
  const because = whyNot(rule.if, analyses);
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

function rests(condition: Condition, analyses: Analyses): boolean {
  if (!restsOnPlatform(condition, true, settledBy(analyses, undefined))) return false;
  return splittable(condition, analyses).every((alternatives) =>
    alternatives.some((value) => restsOnPlatform(condition, true, settledBy(analyses, value))),
  );
}

/** Why a rule rests on nothing, though it speaks of what the platform vouches for. */
function whyNot(condition: Condition, { documented }: Analyses): string {
  const idle = comparisonsOf(condition).filter(
    ({ comparison, positive, counted }) =>
      counted !== true && (isOfEverybody(comparison) || !canBe(comparison, !positive, documented)),
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

/** What is so already, whatever the requester chooses; `given` is something that is so beside it. */
function settledBy({ anything, documented }: Analyses, given: Condition | undefined): Settled {
  const [any, often] = [new Assumed(), new Assumed()];
  if (given !== undefined) {
    assume(given, true, any, anything);
    assume(given, true, often, documented);
  }
  return (condition, positive) => {
    if (!canBe(condition, !positive, documented, often)) return "always";
    return canBe(condition, positive, anything, any) ? undefined : "never";
  };
}

/**
 * Each value of what the platform vouches for and a rule names more than once: with "ours and a name, or foreign and the
 * same name" the name alone decides, which shows only where each of the two is taken for given.
 */
function splittable(condition: Condition, { documented }: Analyses): Condition[][] {
  const bySlot = Map.groupBy(referencesOf(condition), ({ slot }) => slot);
  return [...bySlot.values()].flatMap((list) => {
    const [reference] = list;
    if (list.length < 2 || reference === undefined) return [];
    const { field, steps } = reference;
    const { present } = possibleAt(reference, documented.world);
    if (field.assertedBy === "requester" || field.ofEverybody === true || steps.length > 0) return [];
    if (present?.kind !== "among" || !["string", "boolean"].includes(field.type)) return [];
    return [present.values.map((value): Condition => equals(reference, value as string | boolean))];
  });
}

function equals(reference: FieldReference, value: string | boolean): Condition {
  return {
    kind: "comparison",
    text: reference.field.name,
    subject: { kind: "field", reference },
    operator: "equals",
    operand: { kind: "constant", value },
    at: { line: 1, column: 1 },
  };
}
