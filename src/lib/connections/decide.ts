import type { Mode } from "../config/config.ts";
import type { LoadedPolicy } from "../policy/loaded-policy.ts";
import { prepare } from "../policy/language/env.ts";
import { evaluate } from "../policy/evaluate/evaluate.ts";
import { isTransient, type Facts } from "../policy/values/fact.ts";
import type { Verdict } from "../policy/evaluate/verdict.ts";

/** What is to be done on Azure about a verdict. */
export type Action = "approve" | "reject" | "none";

/** The verdict of the policy on these facts. A policy that did not load holds everything. Pure. */
export function decide(policy: LoadedPolicy, facts: Facts, now: Date): Verdict {
  if (policy.kind === "invalid")
    return {
      kind: "hold",
      reasons: [
        policy.unread === undefined
          ? "the policy does not load, and without one everything is held"
          : "the policy could not be read, and without one everything is held",
      ],
      unknown: policy.unread === undefined ? [] : [{ field: "policy", reason: policy.unread }],
      alerts: [],
    };
  return evaluate(policy.compiled, prepare(facts, policy.compiled.layout, now.getTime()));
}

/** What the mode lets happen of a verdict. */
export function actionOf(verdict: Verdict, mode: Mode): Action {
  if (verdict.kind === "hold" || mode === "off" || mode === "observe") return "none";
  return verdict.kind === "reject" && mode === "approve-only" ? "none" : verdict.kind;
}

/** Why a connection ends Held: the verdict's own reasons, or the mode that keeps it from being applied. */
export function heldReason(verdict: Verdict, mode: Mode): string {
  if (verdict.kind === "hold") return verdict.reasons.join("; ");
  return `mode ${mode}: the verdict is ${verdict.kind}, and nothing is applied (${verdict.reasons.join("; ")})`;
}

/** How often a difficulty that may pass is given time, before a person is told of what could not be decided. */
export const passingAttemptsMax = 5;

/** A hold that a moment's difficulty caused is no verdict yet: looking again may find out. */
export function isPassingHold({ kind, unknown }: Verdict): boolean {
  return kind === "hold" && unknown.some(({ reason }) => isTransient(reason));
}
