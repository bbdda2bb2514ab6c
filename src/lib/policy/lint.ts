import type { FieldReference } from "./field.ts";
import { operators } from "./operator.ts";
import { fold } from "./fold.ts";
import { hasEach, type Step } from "./path.ts";
import type { Condition, Exemption, Limit, Policy, Rule, Subject } from "./policy.ts";
import type { Place, Position, Problem } from "./problem.ts";
import { referencesOf } from "./references.ts";
import { nameOf } from "./unsettled.ts";

type Comparison = Extract<Condition, { kind: "comparison" }>;

/**
 * What loads and yet is not what its author can have meant. What could approve by mistake is an error in a policy
 * that is enforced, and a warning while it only observes.
 */
export function lint(policy: Omit<Policy, "default" | "revoke">, enforcing: boolean): Problem[] {
  const as = (severity: Problem["severity"], findings: readonly Finding[]): Problem[] =>
    findings.map(({ place, message }) => ({ severity, ...place, message }));
  const { rules, exemptions, limits } = policy;
  const approving = rules.filter(({ effect }) => effect === "approve");
  return [
    ...as(enforcing ? "error" : "warning", approving.flatMap(negations)),
    ...as("warning", [
      ...rules.flatMap(patterns),
      ...exemptions.flatMap(incomplete),
      ...limits.flatMap(unreachable),
    ]),
  ];
}

interface Finding {
  readonly place: Place;
  readonly message: string;
}

/** Conditions of an approve rule that missing data makes true. */
function negations(rule: Rule): Finding[] {
  return unguarded(rule.if, true, new Set()).map(({ at, text, subject }) => ({
    place: { file: rule.at.file, ...at },
    message:
      `missing data makes this condition true, and rule "${rule.name}" approves; ` +
      `add { field: ${missingOf(subject) ?? text.replace(/\[\*\].*$/s, "")}, exists: true } beside it`,
  }));
}

/** The comparisons that missing data makes true, where nothing beside them says that the field exists. */
function unguarded(condition: Condition, positive: boolean, guarded: ReadonlySet<string>): Comparison[] {
  switch (condition.kind) {
    case "allOf":
    case "anyOf": {
      const conjunction = (condition.kind === "allOf") === positive;
      const inside = conjunction
        ? new Set([...guarded, ...condition.members.flatMap((each) => existing(each, positive))])
        : guarded;
      return condition.members.flatMap((member) => unguarded(member, positive, inside));
    }
    case "not":
      return unguarded(condition.member, !positive, guarded);
    case "comparison": {
      return missingDecides(condition, positive) &&
        !referencesOf(condition).every((each) => guarded.has(guardOf(each)))
        ? [condition]
        : [];
    }
  }
}

/** Whether a comparison, or its negation, is true of a field that is missing. */
function missingDecides({ operator, subject }: Comparison, positive: boolean): boolean {
  const steps = operator === "exists" ? undefined : stepsOf(subject);
  if (steps === undefined) return false;
  // In a rule that approves, what [*] asks is never satisfied by a list without members.
  if (hasEach(steps)) return false;
  return operators[operator].negated === positive;
}

/** The way into a field that a subject stands for; undefined for all else. */
function stepsOf(subject: Subject): readonly Step[] | undefined {
  switch (subject.kind) {
    case "field":
      return subject.reference.steps;
    case "element":
      return subject.steps;
    case "value":
      return subject.formula.plain?.steps;
    case "count":
      return undefined;
  }
}

/** The field that an expression alone stands for, as a condition names it. */
function missingOf(subject: Subject): string | undefined {
  return subject.kind === "value" && subject.formula.plain !== undefined
    ? nameOf(subject.formula.plain)
    : undefined;
}

/** What would have to exist: the field, or the list that it goes through. */
function guardOf({ field, steps, slot }: FieldReference): string {
  const each = steps.findIndex(({ kind }) => kind === "each");
  return nameOf({ field, slot, steps: each < 0 ? steps : steps.slice(0, each) }).toLowerCase();
}

/** The fields that a member of a conjunction says exist. */
function existing(member: Condition, positive: boolean): string[] {
  if (member.kind === "not") return existing(member.member, !positive);
  if (member.kind === "allOf" && positive) return member.members.flatMap((each) => existing(each, positive));
  if (member.kind !== "comparison" || member.operator !== "exists" || member.operand.kind !== "constant")
    return [];
  const { value } = member.operand;
  const says = (value === true || (typeof value === "string" && fold(value) === "true")) === positive;
  return says && member.subject.kind === "field" ? [guardOf(member.subject.reference)] : [];
}

function patterns(rule: Rule): Finding[] {
  return comparisonsOf(rule.if).flatMap(({ operator, operand, at }): Finding[] => {
    const text = operand.kind === "constant" && typeof operand.value === "string" ? operand.value : "";
    const place = { file: rule.at.file, ...at } satisfies Place & Position;
    if ((operator === "like" || operator === "notLike") && text.split("*").length > 2)
      return [
        {
          place,
          message: `"${text}" has more than one *; Azure Policy allows one, Drawbridge takes each for any run of characters`,
        },
      ];
    if ((operator === "contains" || operator === "notContains") && text.includes("*"))
      return [{ place, message: `${operator} takes * for itself; like takes it for any run of characters` }];
    return [];
  });
}

function comparisonsOf(condition: Condition): Comparison[] {
  if (condition.kind === "not") return comparisonsOf(condition.member);
  if (condition.kind !== "comparison") return condition.members.flatMap(comparisonsOf);
  const { subject } = condition;
  return [
    condition,
    ...(subject.kind === "count" && subject.where !== undefined ? comparisonsOf(subject.where) : []),
  ];
}

function incomplete({ name, owner, ticket, expiresOn, at }: Exemption): Finding[] {
  const missing = [
    owner === undefined ? "owner" : [],
    ticket === undefined ? "ticket" : [],
    expiresOn === undefined ? "expiresOn" : [],
  ].flat();
  if (missing.length === 0) return [];
  return [
    {
      place: at,
      message: `exemption "${name}" has no ${missing.join(", no ")}; an exemption that nobody owns or ends stays for ever`,
    },
  ];
}

function unreachable({ name, max, overrides, at }: Limit): Finding[] {
  const maxima = [{ max, at, what: `limit "${name}"` }].concat(
    overrides.map((each) => ({ max: each.max, at: each.at, what: `an override of limit "${name}"` })),
  );
  return maxima
    .filter((each) => each.max > 100)
    .map((each) => ({
      place: each.at,
      message: `${each.what} is above 100, which Azure allows a service; it is never reached`,
    }));
}
