import { stepsOf } from "../language/comparisons.ts";
import { hasEach } from "../values/path.ts";
import type { Comparison, Condition, Count } from "../language/policy.ts";
import { listOf } from "../values/scalar.ts";
import { UNKNOWN } from "../values/truth.ts";
import { Assumed } from "./assumed.ts";
import { literalOf, type Literal } from "./literal.ts";
import { narrow, type Narrow } from "./narrow.ts";
import { among, numbers, type Possible } from "./possible.ts";
import { isOfItself, possibleOf } from "./subject.ts";
import type { World } from "./world.ts";

/** Why nothing is left: a literal, and one before it that it cannot hold beside. */
export interface Conflict {
  readonly literal: Literal;
  readonly beside?: Literal;
}

export interface Analysis {
  readonly world: World;
  /** How a literal narrows a value; tests hand in one that is wrong. */
  readonly narrow: Narrow;
  /** Told of alternatives, and of what is asked of a counted member, that cannot be where the whole still can. */
  readonly dead?: (conflict: Conflict) => void;
}

export function analysisIn(world: World): Analysis {
  return { world, narrow };
}

/** Whether a condition can be true, or false where not `positive`. Where that cannot be told, it can. */
export function canBe(condition: Condition, positive: boolean, analysis: Analysis): boolean {
  return assume(condition, positive, new Assumed(), analysis) === undefined;
}

/**
 * Assumes that a condition is true, or false where not `positive`, and answers why it cannot be. A fact that is unknown
 * makes it neither, so that all that is looked at is known.
 */
export function assume(
  condition: Condition,
  positive: boolean,
  assumed: Assumed,
  analysis: Analysis,
): Conflict | undefined {
  switch (condition.kind) {
    case "not":
      return assume(condition.member, !positive, assumed, analysis);
    case "allOf":
    case "anyOf":
      return (condition.kind === "allOf") === positive
        ? assumeAll(condition.members, positive, assumed, analysis)
        : assumeAny(condition.members, positive, assumed, analysis);
    case "comparison":
      return assumeComparison(condition, positive, assumed, analysis);
  }
}

/** What leaves a choice comes last, when the rest is known. */
function assumeAll(
  members: readonly Condition[],
  positive: boolean,
  assumed: Assumed,
  analysis: Analysis,
): Conflict | undefined {
  for (const choice of [false, true])
    for (const member of members) {
      if (isChoice(member, positive) !== choice) continue;
      const conflict = assume(member, positive, assumed, analysis);
      if (conflict !== undefined) return conflict;
    }
  return undefined;
}

function isChoice(condition: Condition, positive: boolean): boolean {
  if (condition.kind === "not") return isChoice(condition.member, !positive);
  return condition.kind === (positive ? "anyOf" : "allOf");
}

function assumeAny(
  members: readonly Condition[],
  positive: boolean,
  assumed: Assumed,
  analysis: Analysis,
): Conflict | undefined {
  const possible: Assumed[] = [];
  const conflicts: Conflict[] = [];
  for (const member of members) {
    const layer = new Assumed(assumed);
    const conflict = assume(member, positive, layer, analysis);
    if (conflict === undefined) possible.push(layer);
    else conflicts.push(conflict);
  }
  if (possible.length === 0) return conflicts[0];
  for (const conflict of conflicts) analysis.dead?.(conflict);
  assumed.join(possible);
  return undefined;
}

function assumeComparison(
  comparison: Comparison,
  positive: boolean,
  assumed: Assumed,
  analysis: Analysis,
): Conflict | undefined {
  if (!positive && hasEach(stepsOf(comparison.subject))) return assumeOfOneMember(comparison, analysis);
  const literal = literalOf(comparison, positive);
  if (!analysis.world.documented && isOfParameters(literal)) return undefined;
  const opposite = assumed.said(literal.key, literal.says);
  if (opposite !== undefined && opposite.wanted !== literal.wanted) return { literal, beside: opposite };
  const before = assumed.possible(literal.key) ?? initially(comparison, analysis);
  const possible = narrowed(before, literal, (most) => assumed.literals(literal.key, most), analysis);
  if (isNothing(possible)) return blamed(literal, assumed.literals(literal.key), analysis);
  assumed.add(literal, possible);
  return undefined;
}

/** Where `[*]` is false one member is enough, or none at all, and nothing is known of the others. */
function assumeOfOneMember(comparison: Comparison, analysis: Analysis): Conflict | undefined {
  const { subject } = comparison;
  const isThere = analysis.world.documented && subject.kind === "field" && subject.reference.field.nonEmpty;
  if (isThere !== true) return undefined;
  const literal = literalOf(comparison, false);
  const left = narrowed(initially(comparison, analysis), literal, () => [], analysis);
  return isNothing(left) ? { literal } : undefined;
}

/**
 * What parameters alone decide says nothing against a rule: a list that is empty for now will be filled, and what is
 * switched off here is on in another environment.
 */
function isOfParameters({ comparison, test }: Literal): boolean {
  if (isYetToBeFilled(comparison)) return true;
  const { subject } = comparison;
  if (subject.kind !== "value" || !subject.formula.constant) return false;
  return subject.formula.among?.every((value) => test?.(value) !== UNKNOWN) ?? false;
}

export function isYetToBeFilled({ operator, operand }: Comparison): boolean {
  if (operator !== "in" && operator !== "notIn") return false;
  return operand.kind === "constant" && listOf(operand.value).length === 0;
}

/** What the left side of a comparison can be before anything is assumed. */
export function initially({ subject, text }: Comparison, analysis: Analysis): Possible {
  if (subject.kind !== "count") return possibleOf(subject, text, analysis.world);
  const conflict = subject.where && assume(subject.where, true, new Assumed(), analysis);
  if (conflict !== undefined) {
    analysis.dead?.(conflict);
    return among([0]);
  }
  const present = numbers(countsSome(subject, analysis) ? 1 : 0, Infinity);
  return { missing: false, ...(present === undefined ? {} : { present }) };
}

/** Whether a count goes through a list that is never empty, and takes each of its members. */
function countsSome({ over, where }: Count, analysis: Analysis): boolean {
  if (!analysis.world.documented || over.kind !== "field" || over.reference.field.nonEmpty !== true)
    return false;
  return where === undefined || !canBe(where, false, analysis);
}

function narrowed(
  before: Possible,
  literal: Literal,
  earlier: (most?: number) => readonly Literal[],
  analysis: Analysis,
): Possible {
  const possible = analysis.narrow(isOfItself(literal) ? withItself(before, literal) : before, literal);
  // Values that can be counted from now on, and a text's new pattern, are asked what was said before.
  const { present } = possible;
  const again = (literals: readonly Literal[]) =>
    literals.reduce((left, each) => analysis.narrow(left, each), possible);
  if (present?.kind === "among" && before.present?.kind !== "among") return again(earlier());
  if (!isPattern(present, literal)) return possible;
  return again(earlier(askedAgainMax).filter(({ wanted }) => !wanted));
}

/** Each of many patterns on one text is held against so many conditions before it; what that misses is not found. */
const askedAgainMax = 16;

function isPattern(present: Possible["present"], { operator, wanted }: Literal): boolean {
  return present?.kind === "text" && operator === "like" && wanted;
}

const trueOfItself: readonly string[] = ["equals", "like", "contains", "lessOrEquals", "greaterOrEquals"];
const scalars: readonly string[] = ["among", "number", "instant", "text"];

/** Whatever a value is, it is equal to itself, and neither less nor greater. */
function withItself({ missing, present }: Possible, { operator, wanted }: Literal): Possible {
  const never = trueOfItself.includes(operator) ? !wanted : wanted && /^(?:less|greater)$/.test(operator);
  if (!never || present === undefined || !scalars.includes(present.kind))
    return present === undefined ? { missing } : { missing, present };
  return { missing: missing && operator !== "equals" };
}

function isNothing({ missing, present }: Possible): boolean {
  return !missing && present === undefined;
}

/** Names the first literal that this one cannot hold beside; none where it cannot hold by itself. */
function blamed(literal: Literal, earlier: readonly Literal[], analysis: Analysis): Conflict {
  const initial = initially(literal.comparison, { ...analysis, dead: () => undefined });
  const after = (first: Possible, ...literals: readonly Literal[]) =>
    literals.reduce(
      (left, each, index) => narrowed(left, each, () => literals.slice(0, index), analysis),
      first,
    );
  if (isNothing(after(initial, literal))) return { literal };
  const beside = earlier.find((each) => isNothing(after(initial, each, literal))) ?? earlier[0];
  return beside === undefined ? { literal } : { literal, beside };
}
