import type { Comparison, Condition, Rule } from "../language/policy.ts";
import { referencesOf } from "../language/references.ts";
import { assume, type Analysis, type Conflict } from "./assume.ts";
import { Assumed } from "./assumed.ts";
import { asked, located, placeOf, type Finding } from "./finding.ts";
import type { Literal } from "./literal.ts";
import type { FieldReference } from "../language/field.ts";

/** What a condition can be over all facts that are possible; `varies` wherever nothing else is certain. */
export type TruthOver = "always true" | "never true" | "always unknown" | "varies";

export function truthOver(condition: Condition, analysis: Analysis): TruthOver {
  const [never, always] = [true, false].map(
    (positive) => assume(condition, positive, new Assumed(), analysis) !== undefined,
  );
  if (never === true) return always === true ? "always unknown" : "never true";
  return always === true ? "always true" : "varies";
}

/** A rule that is the same whatever the facts are, and parts of it that can never be. */
export function settledRule(rule: Rule, analysis: Analysis): Finding[] {
  const dead = new Map<Comparison, Conflict>();
  const note = (conflict: Conflict) => dead.set(conflict.literal.comparison, conflict);
  const never = assume(rule.if, true, new Assumed(), { ...analysis, dead: note });
  const always = assume(rule.if, false, new Assumed(), analysis) !== undefined;
  // A count of what cannot be says less than why that cannot be.
  const inside = never?.literal.comparison.subject.kind === "count" ? [...dead.values()][0] : undefined;
  if (never !== undefined) return [neverTrue(rule, inside ?? never, always)];
  const parts = [...dead.values()].map((conflict) => deadPart(rule, conflict));
  if (always) return [...parts, ...alwaysTrue(rule)];
  return [...parts, ...onlyOfOthers(rule, analysis)];
}

function neverTrue(rule: Rule, { literal, beside }: Conflict, always: boolean): Finding {
  const place = placeOf(rule, literal.comparison);
  if (always)
    return {
      severity: "error",
      place,
      message: `rule "${rule.name}" can never be decided: ${located(literal.comparison)} compares what has no order or cannot be computed, whatever the facts`,
    };
  return {
    severity: "warning",
    place,
    message: `rule "${rule.name}" can never be true: ${because(literal, beside)}`,
  };
}

function because(literal: Literal, beside: Literal | undefined): string {
  return beside === undefined
    ? `${asked(literal)} can never be so; compare with a value that can, or take it out`
    : `${asked(beside)} and ${asked(literal)} are never so together; write anyOf where either is meant`;
}

function deadPart(rule: Rule, { literal, beside }: Conflict): Finding {
  return {
    severity: "warning",
    place: placeOf(rule, literal.comparison),
    message: `rule "${rule.name}": this part can never be what makes it true: ${because(literal, beside)}`,
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
function onlyOfOthers(rule: Rule, analysis: Analysis): Finding[] {
  if (rule.effect === "alert") return [];
  const reference = referencesOf(rule.if).find(({ field }) => field.name === state);
  if (reference?.field.source !== "connection") return [];
  const pending = isPending({ ...reference, steps: [] });
  const assumed = new Assumed();
  assume(pending, true, assumed, analysis);
  const conflict = assume(rule.if, true, assumed, analysis);
  if (conflict === undefined) return [];
  return [
    {
      severity: "warning",
      place: placeOf(rule, conflict.literal.comparison),
      message: `rule "${rule.name}" decides nothing: ${asked(conflict.literal)} is never so of a Pending connection, and no other is decided; leave connection.state out`,
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
