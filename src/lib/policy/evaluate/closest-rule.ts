import { compileCondition } from "../compile/compile-condition.ts";
import { decide, type Diagram } from "../compile/decision-diagram.ts";
import type { CompiledPolicy, CompiledRule } from "../compile/compile.ts";
import { valueAt, type Env, type Layout } from "../language/env.ts";
import { hasEach } from "../values/path.ts";
import type { Comparison, Condition, Operand } from "../language/policy.ts";
import { truncate } from "../values/print-short.ts";
import { FALSE, not, TRUE, type Truth } from "../values/truth.ts";
import { vacuityOf } from "../language/vacuity.ts";
import { andMore } from "../../truncate-list.ts";

/** Enough rules for a reason that people read. */
const rulesMax = 2;
const textMax = 120;

/** A condition in negation normal form, with its distance from being true. */
type Measure =
  | { readonly kind: "every" | "some"; readonly members: readonly Measure[] }
  | {
      readonly kind: "leaf";
      readonly condition: Comparison;
      readonly negated: boolean;
      readonly diagram: Diagram;
    };

interface MeasuredRule {
  readonly compiled: CompiledRule;
  readonly measure: Measure;
  readonly size: number;
}

/** Built when a policy first holds by default, so that loading and deciding are not slowed down. */
const measured = new WeakMap<CompiledPolicy, readonly MeasuredRule[]>();

/**
 * Describes the approve rules that are closest to being true, with their unmet conditions, to help an author when no
 * rule applies. Deterministic; the texts contain no value that a requester chose.
 */
export function closestRules(compiled: CompiledPolicy, env: Env): string[] {
  return closest(compiled, env).map((rule, rank) =>
    describeRule(rule, env, rank === 0 ? "closest is" : "then"),
  );
}

/** The same rules, for an explanation. */
export function closestApproveRules(compiled: CompiledPolicy, env: Env): CompiledRule[] {
  return closest(compiled, env).map((rule) => rule.compiled);
}

function closest(compiled: CompiledPolicy, env: Env): MeasuredRule[] {
  const rules = measured.get(compiled) ?? measurePolicy(compiled);
  const best: { readonly rule: MeasuredRule; readonly distance: number }[] = [];
  for (const rule of rules) {
    const most = best.length < rulesMax ? Infinity : (best.at(-1)?.distance ?? Infinity);
    const distance = distanceOf(rule.measure, env, most) + (isExpired(rule, env) ? distanceIfFalse : 0);
    if (distance >= most) continue;
    best.push({ rule, distance });
    best.sort((a, b) => a.distance - b.distance);
    best.length = Math.min(best.length, rulesMax);
  }
  return best.map(({ rule }) => rule);
}

/** Recompiles the conditions with the same layout, so that an existing env has all their values. */
function measurePolicy(compiled: CompiledPolicy): readonly MeasuredRule[] {
  const { groups, layout, canDecide = () => true } = compiled;
  const prepared = layout.values.length;
  // A rule that no facts make true is not close to being true, however many of its conditions are met.
  const possible = groups.approve.rules.filter(({ rule }) => canDecide(rule));
  const rules = possible.map((rule) => {
    const measure = measureOf(rule.if, false, layout);
    return { compiled: rule, measure, size: sizeOf(measure) };
  });
  if (layout.values.length !== prepared)
    throw new Error("a condition reads a value that its policy did not prepare");
  // Of two rules with equal distance, the larger has more conditions met. Ranking it first also ends the others early.
  const ranked = rules.toSorted((a, b) => b.size - a.size);
  measured.set(compiled, ranked);
  return ranked;
}

/** Applies De Morgan's laws until only comparisons are negated. */
function measureOf(condition: Condition, negated: boolean, layout: Layout): Measure {
  switch (condition.kind) {
    case "allOf":
    case "anyOf":
      return {
        kind: (condition.kind === "allOf") === negated ? "some" : "every",
        members: condition.members.map((member) => measureOf(member, negated, layout)),
      };
    case "not":
      return measureOf(condition.member, !negated, layout);
    case "comparison": {
      const approving = vacuityOf("approve");
      const vacuity = negated ? approving.opposite : approving;
      return { kind: "leaf", condition, negated, diagram: compileCondition(condition, layout, vacuity) };
    }
  }
}

function sizeOf(measure: Measure): number {
  return measure.kind === "leaf" ? 1 : measure.members.reduce((sum, member) => sum + sizeOf(member), 0);
}

function truthOf({ diagram, negated }: Extract<Measure, { kind: "leaf" }>, env: Env): Truth {
  return negated ? not(decide(diagram, env)) : decide(diagram, env);
}

/** A false condition is farther from true than an unknown one. */
const distanceIfFalse = TRUE - FALSE;

/** The distance of a condition from true; stops at `most`. */
function distanceOf(measure: Measure, env: Env, most: number): number {
  if (measure.kind === "leaf") return TRUE - truthOf(measure, env);
  let distance = measure.kind === "every" ? 0 : Infinity;
  for (const member of measure.members) {
    const own = distanceOf(member, env, most);
    distance = measure.kind === "every" ? distance + own : Math.min(distance, own);
    if (measure.kind === "every" ? distance >= most : distance === 0) break;
  }
  return distance;
}

/** The comparisons that would have to change; of several alternatives, the first with the smallest distance. */
function unmetIn(measure: Measure, env: Env): Extract<Measure, { kind: "leaf" }>[] {
  if (measure.kind === "leaf") return truthOf(measure, env) === TRUE ? [] : [measure];
  if (measure.kind === "every") return measure.members.flatMap((member) => unmetIn(member, env));
  const distances = measure.members.map((member) => distanceOf(member, env, Infinity));
  const nearest = measure.members[distances.indexOf(Math.min(...distances))];
  return nearest === undefined ? [] : unmetIn(nearest, env);
}

function isExpired({ compiled: { rule } }: MeasuredRule, { now }: Env): boolean {
  return rule.expiresOn !== undefined && now >= rule.expiresOn;
}

function describeRule(found: MeasuredRule, env: Env, rank: string): string {
  const { name, expiresOn } = found.compiled.rule;
  const lacks = unmetIn(found.measure, env).map((leaf) => describeLeaf(leaf, env));
  const expired =
    isExpired(found, env) && expiresOn !== undefined
      ? [`it expired at ${new Date(expiresOn).toISOString()}`]
      : [];
  const [first = "it is not in force", ...others] = [...expired, ...lacks];
  return `${rank} rule "${name}" (approve): ${[first, ...andMore(others.length)].join(", ")}`;
}

function describeLeaf(leaf: Extract<Measure, { kind: "leaf" }>, env: Env): string {
  const { condition, negated } = leaf;
  const text = truncate(
    `${condition.text} ${condition.operator} ${printOperand(condition.operand)}`,
    textMax,
  );
  if (truthOf(leaf, env) !== FALSE) return `${negated ? "not " : ""}${text} is unknown`;
  const missing = isMissing(condition, env) ? ", because the field is missing" : "";
  return `${text} is ${negated ? "true" : "false"}${missing}`;
}

function printOperand(operand: Operand): string {
  return operand.kind === "computed" ? operand.text : JSON.stringify(operand.value);
}

function isMissing({ subject }: Comparison, env: Env): boolean {
  if (subject.kind !== "field" || hasEach(subject.reference.steps)) return false;
  const value = valueAt(subject.reference, env);
  return value === undefined || value === null;
}
