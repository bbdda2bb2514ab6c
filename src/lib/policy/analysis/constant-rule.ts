import type { Comparison, Condition, Rule } from "../language/policy.ts";
import { referencesOf } from "../language/references.ts";
import { assume, type Analysis, type Conflict } from "./assume.ts";
import { Assumptions } from "./assumptions.ts";
import { describeLiteral, describeLocated, placeOf, type Finding } from "./finding.ts";
import type { Literal } from "./literal.ts";
import type { FieldReference } from "../language/field.ts";

/** What a condition can be over all facts that are possible; `varies` wherever nothing else is certain. */
export type TruthOver = "always true" | "never true" | "always unknown" | "varies";

export function truthOver(condition: Condition, analysis: Analysis): TruthOver {
  const [never, always] = [true, false].map(
    (positive) => assume(condition, positive, new Assumptions(), analysis) !== undefined,
  );
  if (never === true) return always === true ? "always unknown" : "never true";
  return always === true ? "always true" : "varies";
}

/** A rule that is the same whatever the facts are, and parts of it that can never be. */
export function constantRule(rule: Rule, analysis: Analysis): Finding[] {
  const deadParts = new Map<Comparison, Conflict>();
  const note = (conflict: Conflict) => deadParts.set(conflict.literal.comparison, conflict);
  const never = assume(rule.if, true, new Assumptions(), { ...analysis, onDeadPart: note });
  const always = assume(rule.if, false, new Assumptions(), analysis) !== undefined;
  // A count of what cannot be says less than why that cannot be.
  const inside = never?.literal.comparison.subject.kind === "count" ? [...deadParts.values()][0] : undefined;
  if (never !== undefined) return [neverTrue(rule, inside ?? never, always)];
  const parts = [...deadParts.values()].map((conflict) => deadPart(rule, conflict));
  if (always) return [...parts, ...alwaysTrue(rule)];
  return [...parts, ...neverPending(rule, analysis)];
}

function neverTrue(rule: Rule, { literal, conflictsWith }: Conflict, always: boolean): Finding {
  const place = placeOf(rule, literal.comparison);
  if (always)
    return {
      severity: "error",
      place,
      message: `rule "${rule.name}" can never be decided: ${describeLocated(literal.comparison)} compares what has no order or cannot be computed, whatever the facts`,
    };
  return {
    severity: "warning",
    place,
    message: `rule "${rule.name}" can never be true: ${conflictReason(literal, conflictsWith)}`,
  };
}

function conflictReason(literal: Literal, beside: Literal | undefined): string {
  return beside === undefined
    ? `${describeLiteral(literal)} can never be so; compare with a value that can, or take it out`
    : `${describeLiteral(beside)} and ${describeLiteral(literal)} are never so together; write anyOf where either is meant`;
}

function deadPart(rule: Rule, { literal, conflictsWith }: Conflict): Finding {
  return {
    severity: "warning",
    place: placeOf(rule, literal.comparison),
    message: `rule "${rule.name}": this part can never be what makes it true: ${conflictReason(literal, conflictsWith)}`,
  };
}

/** An approve rule is told that it asks nothing; a condition without fields says so itself. */
function alwaysTrue(rule: Rule): Finding[] {
  if (rule.effect === "approve" || referencesOf(rule.if).length === 0) return [];
  return [
    {
      severity: "warning",
      place: rule.at,
      message: `rule "${rule.name}" (${rule.effect}) is true of every connection whose facts can be read; ask for what tells some from the others, or set the default`,
    },
  ];
}

/** Rules decide Pending connections alone; of one that was Approved without us they only say what they would have. */
function neverPending(rule: Rule, analysis: Analysis): Finding[] {
  if (rule.effect === "alert") return [];
  const reference = referencesOf(rule.if).find(({ field }) => field.name === state);
  if (reference?.field.source !== "connection") return [];
  const pending = isPending({ ...reference, steps: [] });
  const assumed = new Assumptions();
  assume(pending, true, assumed, analysis);
  const conflict = assume(rule.if, true, assumed, analysis);
  if (conflict === undefined) return [];
  return [
    {
      severity: "warning",
      place: placeOf(rule, conflict.literal.comparison),
      message: `rule "${rule.name}" decides nothing: ${describeLiteral(conflict.literal)} is never so of a Pending connection, and no other is decided; leave connection.state out`,
    },
  ];
}

const state = "connection.state";

function isPending(reference: FieldReference): Comparison {
  return {
    kind: "comparison",
    text: state,
    subject: { kind: "field", reference },
    operator: "equals",
    operand: { kind: "constant", value: "Pending" },
    at: { line: 1, column: 1 },
  };
}
