import type { Mode } from "../config/config.ts";
import type { LoadedPolicy } from "../policy/loaded-policy.ts";
import { prepare } from "../policy/language/env.ts";
import { evaluate } from "../policy/evaluate/evaluate.ts";
import type { Facts } from "../policy/values/fact.ts";
import { isTransient } from "../policy/values/unknown-reason.ts";
import type { Verdict } from "../policy/evaluate/verdict.ts";

/** The change on Azure that applies a verdict. */
export type Action = "approve" | "reject" | "revoke" | "none";

/** The verdict of the policy on these facts. A policy that did not load holds everything. Pure. */
export function decide(policy: LoadedPolicy, facts: Facts, now: Date): Verdict {
  if (policy.kind === "invalid")
    return {
      kind: "hold",
      reasons: [
        policy.unread === undefined
          ? "the policy does not load, so everything is held"
          : "the policy could not be read, so everything is held",
      ],
      unknown: policy.unread === undefined ? [] : [{ field: "policy", reason: policy.unread }],
      alerts: [],
    };
  return evaluate(policy.compiled, prepare(facts, policy.compiled.layout, now.getTime()));
}

/** The action for a verdict that the mode allows. */
export function actionOf(verdict: Verdict, mode: Mode): Action {
  if (verdict.kind === "hold" || mode === "off" || mode === "observe") return "none";
  return verdict.kind === "reject" && mode === "approve-only" ? "none" : verdict.kind;
}

/** Attempts at a hold with a transient cause before it is recorded, and alerted, as a hold. */
export const transientAttemptsMax = 5;

/** Whether a hold rests on a transient difficulty: the next attempt may read the fact. */
export function isTransientHold({ kind, unknown }: Verdict): boolean {
  return kind === "hold" && unknown.some(({ reason }) => isTransient(reason));
}
