import { isDue, plusMs, type Clock } from "../../clock.ts";
import type { Mode } from "../../config/config.ts";
import type { Throttle } from "../breakers/breakers.ts";
import { renewed } from "./claim.ts";
import { connectionHeld, ruleAlerts } from "../connection-alerts.ts";
import { deciderHash, type Evaluation } from "./evaluate.ts";
import { isTransient } from "../../policy/values/fact.ts";
import { actionOf, heldReason } from "../decide.ts";
import type { ConnectionRecord, Decision, Link } from "../record/record.ts";
import { heldAgainMs, released, settled } from "../record/released.ts";
import type { ReviewRequest, ReviewServices } from "./review-services.ts";

/**
 * Records the decision before anything is applied, so that a crash in between leaves evidence rather than a
 * mystery. The verdict that was recorded last, on the same facts, is not recorded again: a settled system is silent.
 */
export async function recordDecision(
  services: ReviewServices,
  request: ReviewRequest,
  record: ConnectionRecord,
  evaluation: Evaluation,
  restraint?: Throttle,
): Promise<ConnectionRecord> {
  const { ledger, clock, mode } = services;
  if (isRecorded(record, evaluation, restraint, { mode, now: clock.now() })) {
    if (record.action !== "none") return record;
    const reason = restraint === undefined ? record.reason : undefined;
    const again = held(record, clock, reason ?? heldReason(evaluation.verdict, mode), restraint);
    // What is restrained had its turn to be written, and gives it back.
    return (restraint && (await ledger.saveWithWriteLock(again, undefined))) ?? ledger.save(again);
  }
  const { reservations } = evaluation.snapshot;
  const next = (entry: Decision & Link) => {
    const decided = decidedBy(renewed(record, clock), entry);
    if (entry.action !== "none") return { record: decided, alerts: ruleAlerts(entry) };
    const reason = heldReason(entry.verdict, mode);
    // A restraint holds many at once, and has told of itself.
    const told = restraint === undefined ? [connectionHeld(entry, reason)] : [];
    return { record: held(decided, clock, reason, restraint), alerts: [...told, ...ruleAlerts(entry)] };
  };
  return ledger.append(record, decisionOf(services, request, evaluation), next, reservations);
}

/** Where a decision stands that is still the one to act on. */
const standing: Readonly<Record<"act" | "hold", readonly ConnectionRecord["phase"][]>> = {
  act: ["Decided", "Applying", "Failed"],
  hold: ["Held"],
};

/** What is acted on is younger: decisions are kept at hand for a month at least, and then go to the archive. */
const actOnMs = 7 * 24 * 3_600_000;

function isRecorded(
  record: ConnectionRecord,
  { fingerprint, verdict, facts, policy }: Evaluation,
  restraint: Throttle | undefined,
  { mode, now }: { readonly mode: Mode; readonly now: Date },
): boolean {
  if (record.decisionId === undefined || record.verdict !== verdict.kind) return false;
  if (record.restrained !== restraint?.by) return false;
  const decidedAt = new Date(record.decidedAt ?? now);
  if (record.action !== "none" && isDue(plusMs(decidedAt, actOnMs), now)) return false;
  if (!standing[record.action === "none" ? "hold" : "act"].includes(record.phase)) return false;
  if (record.fingerprint === fingerprint) return true;
  // A fact that could not be read for a moment is no news about what the same rule of the same policy holds anyway.
  const isSame = record.policyHash === deciderHash(policy, mode) && record.rule === verdict.rule;
  return record.action === "none" && isSame && Object.values(facts.unknown).some(isTransient);
}

/** The record of a connection that waits: for a person, or until a restraint is over. */
export function held(
  record: ConnectionRecord,
  clock: Clock,
  reason: string,
  restraint?: Throttle,
): ConnectionRecord {
  const { restrained: _, ...rest } = settled(released(record, heldAgainMs, clock));
  const waiting: ConnectionRecord = { ...rest, phase: "Held", attempts: 0, reason };
  return restraint === undefined
    ? waiting
    : { ...waiting, restrained: restraint.by, nextAt: restraint.until };
}

export function decidedBy(
  record: ConnectionRecord,
  { id, at, verdict, action, fingerprint, policy }: Decision & Link,
): ConnectionRecord {
  const {
    rule: _rule,
    difficulty: _difficulty,
    failedWith: _failed,
    restrained: _restrained,
    ...rest
  } = record;
  return {
    ...rest,
    phase: "Decided",
    verdict: verdict.kind,
    ...(verdict.rule === undefined ? {} : { rule: verdict.rule }),
    reason: verdict.reasons.join("; "),
    decisionId: id,
    decidedAt: at,
    action,
    fingerprint,
    policyHash: policy.hash,
  };
}

export function decisionOf(
  { mode }: ReviewServices,
  request: ReviewRequest,
  evaluation: Evaluation,
): Decision {
  const { verdict, policy, fingerprint, facts, trace, snapshot } = evaluation;
  const message = snapshot.connection.description;
  const { subscriptions } = snapshot;
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
    ...(subscriptions.kind === "known" ? { subscriptionsAt: subscriptions.value.at.toISOString() } : {}),
  };
}
