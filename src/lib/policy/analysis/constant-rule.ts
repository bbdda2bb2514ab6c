import type { Comparison, Condition, Rule } from "../language/policy.ts";
import { referencesOf } from "../language/references.ts";
import { assume, type Analysis, type Conflict } from "./assume.ts";
import { Assumptions } from "./assumptions.ts";
import { describeLiteral, describeLocated, placeOf, type Finding } from "./finding.ts";
import type { Literal } from "./literal.ts";
import type { FieldReference } from "../language/fields.ts";

/** The truth of a condition over all possible facts; `varies` unless another result is proved. */
export type TruthOver = "always true" | "never true" | "always unknown" | "varies";

export function truthOver(condition: Condition, analysis: Analysis): TruthOver {
  const [never, always] = [true, false].map(
    (positive) => assume(condition, positive, new Assumptions(), analysis) !== undefined,
  );
  if (never === true) return always === true ? "always unknown" : "never true";
  return always === true ? "always true" : "varies";
}

/** Finds a rule with the same truth for all facts, and parts of a rule that are never true. */
export function constantRule(rule: Rule, analysis: Analysis): Finding[] {
  const deadParts = new Map<Comparison, Conflict>();
  const note = (conflict: Conflict) => deadParts.set(conflict.literal.comparison, conflict);
  const never = assume(rule.if, true, new Assumptions(), { ...analysis, onDeadPart: note });
  const always = assume(rule.if, false, new Assumptions(), analysis) !== undefined;
  // The conflict inside an unsatisfiable `where` explains more than the count.
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
      message: `rule "${rule.name}" can never be decided: ${describeLocated(literal.comparison)} is always unknown, because its values cannot be ordered or computed`,
    };
  return {
    severity: "warning",
    place,
    message: `rule "${rule.name}" is never true: ${conflictReason(literal, conflictsWith)}`,
  };
}

function conflictReason(literal: Literal, conflictsWith: Literal | undefined): string {
  return conflictsWith === undefined
    ? `${describeLiteral(literal)} is impossible; compare with a possible value, or remove it`
    : `${describeLiteral(conflictsWith)} and ${describeLiteral(literal)} contradict each other; if either suffices, use anyOf`;
}

function deadPart(rule: Rule, { literal, conflictsWith }: Conflict): Finding {
  return {
    severity: "warning",
    place: placeOf(rule, literal.comparison),
    message: `rule "${rule.name}": this part is never true: ${conflictReason(literal, conflictsWith)}`,
  };
}

/**
 * Not for approve rules, which have their own finding, nor for conditions without fields, which are plainly constant.
 */
function alwaysTrue(rule: Rule): Finding[] {
  if (rule.effect === "approve" || referencesOf(rule.if).length === 0) return [];
  return [
    {
      severity: "warning",
      place: rule.at,
      message: `rule "${rule.name}" (${rule.effect}) is true for every connection whose facts can be read; add a condition that distinguishes connections, or set the default`,
    },
  ];
}

/** Whether facts of a Pending connection make a rule true, as far as the analysis can tell. */
export function canDecidePending({ if: condition }: Rule, analysis: Analysis): boolean {
  return conflictWithPending(condition, analysis) === undefined;
}

/**
 * Finds a rule that needs a state other than Pending. Only Pending connections are decided; others are only audited.
 */
function neverPending(rule: Rule, analysis: Analysis): Finding[] {
  if (rule.effect === "alert" || stateIn(rule.if) === undefined) return [];
  const conflict = conflictWithPending(rule.if, analysis);
  if (conflict === undefined) return [];
  return [
    {
      severity: "warning",
      place: placeOf(rule, conflict.literal.comparison),
      message: `rule "${rule.name}" never decides: ${describeLiteral(conflict.literal)} is impossible for a Pending connection, and only those are decided; remove connection.state`,
    },
  ];
}

/** Why a condition is not true of a Pending connection; undefined if it may be. */
function conflictWithPending(condition: Condition, analysis: Analysis): Conflict | undefined {
  const assumed = new Assumptions();
  const reference = stateIn(condition);
  if (reference !== undefined) assume(isPending(reference), true, assumed, analysis);
  return assume(condition, true, assumed, analysis);
}

function stateIn(condition: Condition): FieldReference | undefined {
  const reference = referencesOf(condition).find(({ field }) => field.name === state);
  return reference?.field.source === "connection" ? { ...reference, steps: [] } : undefined;
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
