import { compileCount } from "./compile-count.ts";
import { follow, functionFailed, Unknown, valuesAt, type Env, type Layout, type Slot } from "./env.ts";
import type { FactValue } from "./fact.ts";
import type { FieldReference } from "./field.ts";
import { foldValue } from "./fold.ts";
import type { Formula } from "./formula.ts";
import { rangeHolds } from "./ip-range.ts";
import { operators, testOf, type OperatorName, type Test } from "./operator.ts";
import { hasEach } from "./path.ts";
import type { Condition, Operand } from "./policy.ts";
import { isPlainText, listOf, membership } from "./scalar.ts";
import { FALSE, not, TRUE, truthOf, UNKNOWN, type Truth } from "./truth.ts";

/** A condition ready to be asked, as often as there are facts. */
export type Decider = (env: Env) => Truth;

export type Comparison = Extract<Condition, { kind: "comparison" }>;

/** A condition to a closure; what it looks at is put into the layout. */
export function compileCondition(condition: Condition, layout: Layout): Decider {
  switch (condition.kind) {
    case "allOf":
      return allOf(condition.members.map((member) => compileCondition(member, layout)));
    case "anyOf":
      return anyOf(condition.members.map((member) => compileCondition(member, layout)));
    case "not": {
      const inner = compileCondition(condition.member, layout);
      return (env) => not(inner(env));
    }
    case "comparison":
      return compileComparison(condition, layout);
  }
}

function allOf(members: readonly Decider[]): Decider {
  return (env) => {
    let truth: Truth = TRUE;
    for (const member of members) {
      const next = member(env);
      if (next === FALSE) return FALSE;
      if (next < truth) truth = next;
    }
    return truth;
  };
}

function anyOf(members: readonly Decider[]): Decider {
  return (env) => {
    let truth: Truth = FALSE;
    for (const member of members) {
      const next = member(env);
      if (next === TRUE) return TRUE;
      if (next > truth) truth = next;
    }
    return truth;
  };
}

function compileComparison(comparison: Comparison, layout: Layout): Decider {
  const { subject, operator, operand } = comparison;
  switch (subject.kind) {
    case "field":
      if (hasEach(subject.reference.steps))
        return ofEach(
          (env) => valuesAt(env.facts[subject.reference.slot], subject.reference.steps),
          comparison,
        );
      return operand.kind === "constant" && !operators[operator].mindsCase
        ? ofPlace(layout.foldedPlace(subject.reference), operator, operand.value)
        : ofValue(valueOf(subject.reference), operator, operand);
    case "element":
      return hasEach(subject.steps)
        ? ofEach(({ current }) => valuesAt(current[subject.depth], subject.steps), comparison)
        : ofValue(({ current }) => follow(current[subject.depth], subject.steps), operator, operand);
    case "value":
      return (
        ofRange(subject.formula, operator, operand, layout) ??
        ofValue(subject.formula.compute, operator, operand)
      );
    case "count":
      return compileCount(subject, operator, operand, layout);
  }
}

function valueOf({ slot, steps }: FieldReference): (env: Env) => Slot {
  return ({ facts }) => follow(facts[slot], steps);
}

/** Any value against any operand, computed or not. */
function ofValue(read: (env: Env) => Slot, operator: OperatorName, operand: Operand): Decider {
  const testIn = testFor(operator, operand);
  return (env) => {
    const value = read(env);
    if (value instanceof Unknown) return UNKNOWN;
    const test = testIn(env);
    return test instanceof Unknown ? UNKNOWN : test(value ?? null);
  };
}

/** Every member must satisfy; a list that is missing or empty has none that does. */
function ofEach(read: (env: Env) => readonly Slot[] | Unknown, { operator, operand }: Comparison): Decider {
  const testIn = testFor(operator, operand);
  return (env) => {
    const values = read(env);
    if (values instanceof Unknown) return UNKNOWN;
    if (values.length === 0) return FALSE;
    const test = testIn(env);
    if (test instanceof Unknown) return UNKNOWN;
    const truths = values.map((value) => (value instanceof Unknown ? UNKNOWN : test(value ?? null)));
    return truths.reduce((least, truth) => (truth < least ? truth : least));
  };
}

/** The test of the operand that these facts give; unknown where it cannot be computed or does not fit. */
export function testFor(operator: OperatorName, operand: Operand): (env: Env) => Test | Unknown {
  if (operand.kind === "constant") {
    const test = testOf(operator, operand.value);
    return () => test;
  }
  return (env) => {
    const value = operand.formula.compute(env);
    if (value instanceof Unknown) return value;
    return operators[operator].refuses(value) === undefined ? testOf(operator, value) : functionFailed;
  };
}

/** `ipRangeContains` of a constant range and a field: both are parsed before the decision. */
function ofRange(
  { within }: Formula,
  operator: OperatorName,
  operand: Operand,
  layout: Layout,
): Decider | undefined {
  if (within === undefined || operand.kind !== "constant" || typeof operand.value !== "boolean")
    return undefined;
  if (operator !== "equals" && operator !== "notEquals") return undefined;
  const wanted = operand.value === (operator === "equals");
  const place = layout.rangePlace(within.reference);
  return ({ ranges }) => {
    const range = ranges[place];
    if (range === undefined || range instanceof Unknown) return UNKNOWN;
    const holds = rangeHolds(within.range, range);
    return holds === undefined ? UNKNOWN : truthOf(holds === wanted);
  };
}

/** A prepared place against a constant: what nearly all conditions of a policy are, so each form has its own loop. */
function ofPlace(place: number, operator: OperatorName, operand: FactValue): Decider {
  const test = operators[operator].test(operand);
  const right = foldValue(operand);
  if (operator === "equals" || operator === "notEquals")
    return isPlainText(right) ? ofText(place, right, operator === "equals", test) : ofAny(place, test);
  if (operator === "in" || operator === "notIn")
    return ofMembers(place, listOf(right), operator === "in", test);
  if (operator === "contains" && typeof right === "string") return ofContents(place, right, test);
  return ofAny(place, test);
}

function ofAny(place: number, test: Test): Decider {
  return ({ folded }) => {
    const value = folded[place];
    return value instanceof Unknown ? UNKNOWN : test(value ?? null);
  };
}

function ofText(place: number, right: string, positive: boolean, test: Test): Decider {
  const [same, other] = [truthOf(positive), truthOf(!positive)];
  return ({ folded }) => {
    const value = folded[place];
    if (value === right) return same;
    if (typeof value === "string") return other;
    return value instanceof Unknown ? UNKNOWN : test(value ?? null);
  };
}

function ofMembers(place: number, list: readonly FactValue[], positive: boolean, test: Test): Decider {
  const has = membership(list);
  const [inside, outside] = [truthOf(positive), truthOf(!positive)];
  return ({ folded }) => {
    const value = folded[place];
    if (typeof value === "string") return has(value) ? inside : outside;
    return value instanceof Unknown ? UNKNOWN : test(value ?? null);
  };
}

function ofContents(place: number, part: string, test: Test): Decider {
  const plain = isPlainText(part);
  return ({ folded }) => {
    const value = folded[place];
    if (typeof value === "string") return truthOf(value.includes(part));
    if (plain && Array.isArray(value)) return truthOf(value.includes(part));
    return value instanceof Unknown ? UNKNOWN : test(value ?? null);
  };
}
