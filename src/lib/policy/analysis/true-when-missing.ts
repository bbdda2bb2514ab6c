import { constantsIn } from "../language/application-formula.ts";
import { comparisonsOf } from "../language/find-comparisons.ts";
import { Unknown } from "../language/env.ts";
import { known, unknown, type Fact, type FactValue } from "../values/fact.ts";
import type { FieldReference } from "../language/fields.ts";
import type { Formula } from "../language/formula.ts";
import { hasEach } from "../values/path.ts";
import type { Comparison, Subject } from "../language/policy.ts";
import { referencesOf } from "../language/references.ts";
import { listOf } from "../values/scalar.ts";
import { conditionOnFacts } from "../evaluate/condition-on-facts.ts";
import { TRUE, UNKNOWN } from "../values/truth.ts";
import { nameOf } from "../evaluate/blocking-unknowns.ts";

/** A sample value of a field: undefined if missing. */
type SampleValue = FactValue | Unknown | undefined;

/** The most combinations of the other fields' values that are tried with each missing field. */
const sampleLimits = { least: 8, most: 128, ofAll: 768 } as const;

/**
 * The field that, if missing, makes a comparison or its negation true, while it is unknown if the field is. Determined
 * by trying sample values, since the effect of a missing value depends on all functions of the expression.
 */
export function fieldTrueWhenMissing(
  comparison: Comparison,
  positive: boolean,
  isGuarded: (reference: FieldReference) => boolean,
): string | undefined {
  const { subject } = comparison;
  // A count without `where` is about the number itself, and an empty list makes no other count true.
  if (subject.kind === "count" && subject.where === undefined) return undefined;
  const counted =
    subject.kind === "count" && subject.over.kind === "field" ? subject.over.reference : undefined;
  const isThere = (each: FieldReference) =>
    isAlwaysPresent(each) ||
    isGuarded(each) ||
    (counted !== undefined && guardKey(each) === guardKey(counted));
  const references = distinct(referencesOf(comparison));
  if (references.every(isThere)) return undefined;
  const decide = conditionOnFacts(comparison, positive);
  const holds = (assignment: Assignment) => decide(factsOf(assignment));
  const constants = constantsOf(comparison);
  const most = Math.max(
    sampleLimits.least,
    Math.min(sampleLimits.most, Math.floor(sampleLimits.ofAll / references.length)),
  );
  const culprit = references.find((missing) => {
    if (isThere(missing)) return false;
    const others = references.filter((each) => each !== missing);
    return combinations(others, { isThere, constants, most }).some(
      (beside) =>
        holds([...beside, [missing, undefined]]) === TRUE &&
        holds([...beside, [missing, unreadValue]]) === UNKNOWN,
    );
  });
  return culprit && nameOf(culprit);
}

/**
 * Whether a field of a connection or a service always has a value: if it cannot be read it is unknown, never missing.
 */
function isAlwaysPresent({ field, steps }: FieldReference): boolean {
  const isChosen = field.assertedBy === "requester" && field.platformSegments === undefined;
  return steps.length === 0 && !isChosen && ["connection", "service", "time"].includes(field.source);
}

/** The reference that an `exists` can guard: the field, or its list before `[*]`. */
function guardable(reference: FieldReference): FieldReference {
  const each = reference.steps.findIndex(({ kind }) => kind === "each");
  return each < 0 ? reference : { ...reference, steps: reference.steps.slice(0, each) };
}

/** The key of what an `exists` can guard, the same for every spelling. */
export function guardKey(reference: FieldReference): string {
  return nameOf(guardable(reference)).toLowerCase();
}

function distinct(references: readonly FieldReference[]): FieldReference[] {
  return [...new Map(references.map((each) => [guardKey(each), guardable(each)])).values()];
}

const unreadValue = new Unknown("not-attempted");

type Assignment = readonly (readonly [FieldReference, SampleValue])[];

function factsOf(assignment: Assignment): Fact[] {
  const facts: Fact[] = [];
  for (const [{ slot, steps }, at] of assignment) {
    if (at === undefined && steps.length === 0) continue;
    // An object may exist without the key.
    const whole = steps.reduceRight<FactValue | Unknown>(
      (inner, step) => (step.kind === "key" && at !== undefined ? { [step.key]: inner as FactValue } : inner),
      at ?? {},
    );
    const before = facts[slot];
    if (whole instanceof Unknown) facts[slot] = unknown(whole.reason);
    else if (before?.kind !== "known") facts[slot] = known(whole);
    // Two keys of one object: each is present, missing or unknown independently.
    else facts[slot] = known({ ...(before.value as object), ...(whole as object) });
  }
  return facts;
}

/** Combinations of sample values of the other fields; unguarded fields may also be missing. */
function combinations(
  references: readonly FieldReference[],
  {
    isThere,
    constants,
    most,
  }: {
    readonly isThere: (reference: FieldReference) => boolean;
    readonly constants: readonly FactValue[];
    readonly most: number;
  },
): Assignment[] {
  let all: Assignment[] = [[]];
  for (const reference of references) {
    const values = [...(isThere(reference) ? [] : [undefined]), ...samplesOf(reference, constants)];
    const each = Math.max(1, Math.floor(most / all.length));
    all = all.flatMap((before) =>
      values.slice(0, each).map((value): Assignment => [...before, [reference, value]]),
    );
  }
  return all;
}

const sample = "sample";
const longSample = sample.repeat(50);

/** Sample values of a field's type: an arbitrary one, and the constants of the comparison. */
function samplesOf({ field, steps }: FieldReference, constants: readonly FactValue[]): FactValue[] {
  const texts = [sample, longSample, ...constants.filter((each) => typeof each === "string")];
  if (steps.length > 0) return hasEach(steps) ? texts.map((each) => [each]) : texts;
  switch (field.type) {
    case "strings":
    case "locations":
      return texts.map((each) => [each]);
    case "number":
      return [1, ...constants.filter((each) => typeof each === "number")];
    case "boolean":
      return [true, false];
    case "object":
      return texts.map((each) => ({ [each]: sample }));
    case "instant":
      return ["2026-01-01T00:00:00Z"];
    case "string":
    case "location":
    case "any":
      return texts;
  }
}

/** The constants in a comparison, including the members of its lists. */
export function constantsOf(comparison: Comparison): readonly FactValue[] {
  return [...new Set(constantsIn(formulasOf(comparison)).flatMap(membersOf))];
}

function membersOf(value: FactValue): readonly FactValue[] {
  return Array.isArray(value) ? listOf(value) : [value];
}

type Constants = Pick<Formula, "constant" | "possibleValues" | "constants">;

function formulasOf(comparison: Comparison): readonly Constants[] {
  return comparisonsOf(comparison).flatMap(({ comparison: { subject, operand } }) => [
    operand.kind === "constant" ? { constant: true, possibleValues: [operand.value] } : operand.formula,
    ...leftSide(subject),
  ]);
}

function leftSide(subject: Subject): readonly Constants[] {
  if (subject.kind === "count") return leftSide(subject.over);
  return subject.kind === "value" ? [subject.formula] : [];
}
