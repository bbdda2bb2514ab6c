import type { Clock } from "../clock.ts";
import { renewed } from "./claim.ts";
import { connectionHeld, ruleAlerts } from "./connection-alerts.ts";
import { deciderHash, type Considered } from "./consider.ts";
import { mayPass } from "../policy/fact.ts";
import { actionOf, heldReason } from "./decide.ts";
import type { ConnectionRecord, Decision, Link } from "./record.ts";
import { heldAgainMs, released } from "./released.ts";
import type { ReviewRequest, ReviewServices } from "./review.ts";

/**
 * Records the decision before anything is applied, so that a crash in between leaves evidence rather than a
 * mystery. The verdict that was recorded last, on the same facts, is not recorded again: a settled system is silent.
 */
export async function recordDecision(
  services: ReviewServices,
  request: ReviewRequest,
  record: ConnectionRecord,
  considered: Considered,
): Promise<ConnectionRecord> {
  const { ledger, clock, mode } = services;
  if (isRecorded(record, considered))
    return record.action === "none"
      ? ledger.save(held(record, clock, heldReason(considered.verdict, mode)))
      : record;
  return ledger.append(record, decisionOf(services, request, considered), (entry) => {
    const decided = decidedBy(renewed(record, clock), entry);
    if (entry.action !== "none") return { record: decided, alerts: ruleAlerts(entry) };
    const reason = heldReason(entry.verdict, mode);
    return {
      record: held(decided, clock, reason),
      alerts: [connectionHeld(entry, reason), ...ruleAlerts(entry)],
    };
  });
}

function isRecorded(record: ConnectionRecord, { fingerprint, verdict, facts }: Considered): boolean {
  if (record.decisionId === undefined || record.verdict !== verdict.kind) return false;
  if (record.fingerprint === fingerprint) return true;
  // A fact that no rule asks for and that could not be read for a moment is no news about what is held anyway.
  return record.action === "none" && Object.values(facts.unknown).some(mayPass);
}

function held(record: ConnectionRecord, clock: Clock, reason: string): ConnectionRecord {
  return { ...released(record, heldAgainMs, clock), phase: "Held", attempts: 0, reason };
}

function decidedBy(
  record: ConnectionRecord,
  { id, verdict, action, fingerprint, policy }: Decision & Link,
): ConnectionRecord {
  const { rule: _rule, difficulty: _difficulty, ...rest } = record;
  return {
    ...rest,
    phase: "Decided",
    verdict: verdict.kind,
    ...(verdict.rule === undefined ? {} : { rule: verdict.rule }),
    reason: verdict.reasons.join("; "),
    decisionId: id,
    action,
    fingerprint,
    policyHash: policy.hash,
  };
}

function decisionOf({ mode }: ReviewServices, request: ReviewRequest, considered: Considered): Decision {
  const { verdict, policy, fingerprint, facts, trace, snapshot } = considered;
  const message = snapshot.connection.description;
  return {
    kind: "decision",
    connection: request.id.text,
    cause: request.cause,
    actor: request.actor,
    mode,
    policy: {
      name: policy.kind === "valid" ? policy.name : "(does not load)",
      hash: deciderHash(policy, mode),
    },
    verdict,
    action: actionOf(verdict, mode),
    fingerprint,
    facts,
    trace,
    ...(message === undefined ? {} : { message }),
  };
}
