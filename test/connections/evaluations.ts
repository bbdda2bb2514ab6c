import type { Attempt } from "../../src/lib/connections/review/attempt.ts";
import type { Evaluation } from "../../src/lib/connections/review/evaluate.ts";
import { deciderHash } from "../../src/lib/decider-hash.ts";
import { unknownRead } from "../../src/lib/estate/read.ts";
import { id, now } from "./records.ts";
import { shown } from "./review-fixture.ts";

/** Evaluations as an attempt reaches them, without what they rest on. */

const policy = { kind: "valid", name: "ours", hash: "h" } as const;
export const decider = deciderHash(policy, "enforce");

export const hold = {
  kind: "hold",
  rule: "the rule",
  reasons: ["nobody knows it"],
  unknown: [],
  alerts: [],
} as const;

/** That the policy holds the connection as Azure shows it first. */
export function evaluation(more: object = {}): Evaluation {
  return {
    verdict: hold,
    policy,
    fingerprint: "f-1",
    facts: { known: {}, unknown: {} },
    trace: [],
    snapshot: { connection: shown, subscriptions: unknownRead("forbidden"), reservations: [] },
    ...more,
  } as unknown as Evaluation;
}

/** An attempt after an event. */
export function attemptOf(services: Attempt["services"], request: object = {}): Attempt {
  const asked = { id, cause: "event", actor: "test", requestedAt: now, ...request };
  return { services, request: asked } as Attempt;
}
