import type { CompiledRule } from "../compile/compile.ts";
import { decide } from "../compile/decision-diagram.ts";
import { printWindow } from "../compile/window.ts";
import type { Env } from "../language/env.ts";
import type { Exemption, Limit, Rule } from "../language/policy.ts";
import { printDuration } from "../values/duration.ts";
import { TRUE } from "../values/truth.ts";
import { describeUnknown, type UnknownFact } from "./verdict.ts";

/** The sentences in which a verdict says why. They are recorded, and they are the text of alerts. */

/** The beginning of each reason of a limit. */
export function describeLimit({ name }: Pick<Limit, "name">): string {
  return `limit "${name}"`;
}

/** What the sentences say of a rule. */
type Named = Pick<Rule, "name" | "effect" | "forMs" | "reason">;

/** Says what a rule that is true does. */
export function reasonOf({
  rule,
  exemption,
}: {
  readonly rule: Named;
  readonly exemption?: Pick<Exemption, "name">;
}): string {
  if (exemption !== undefined)
    return `exemption "${exemption.name}" holds what rule "${rule.name}" (${rule.effect}) would decide`;
  const verbs = {
    approve: rule.forMs === undefined ? "approves it" : `approves it for ${printDuration(rule.forMs)}`,
    reject: "rejects it",
    hold: "holds it for a person",
    alert: "is true",
  };
  return `rule "${rule.name}" ${verbs[rule.effect]}${rule.reason === undefined ? "" : `: ${rule.reason}`}`;
}

/** Says why a rule is undecided: unknown facts, or a closed window. */
export function undecidedReason(compiled: CompiledRule, facts: readonly UnknownFact[], env: Env): string {
  const { rule, window, exemption } = compiled;
  const holds = decide(compiled.condition, env) === TRUE;
  if (holds && rule.window !== undefined && isClosed(compiled, env)) {
    const opens = window?.opensAt(env.now);
    const until = opens === undefined ? "" : `, which opens at ${new Date(opens).toISOString()}`;
    return `${nameOf(rule)} is true outside its change window (${printWindow(rule.window)})${until}`;
  }
  const which = exemption === undefined ? "an exemption from it" : `exemption "${exemption.name}"`;
  const whether = holds ? `it is not known whether ${which} applies to this endpoint: ` : "";
  return missingFactsReason(rule, facts, whether);
}

/** Says which facts a rule lacks. */
export function missingFactsReason(rule: Named, facts: readonly UnknownFact[], whether = ""): string {
  return `${nameOf(rule)} cannot be decided: ${whether}${facts.map(describeUnknown).join(", ")}`;
}

function nameOf({ name, effect }: Named): string {
  return `rule "${name}" (${effect})`;
}

/** Says that the default decided. */
export function defaultReason(kind: string): string {
  return `no rule applies, and the default is ${kind}`;
}

/** Whether the change window of a rule is closed. */
export function isClosed({ window }: CompiledRule, { now }: Env): boolean {
  return window?.isOpen(now) === false;
}
