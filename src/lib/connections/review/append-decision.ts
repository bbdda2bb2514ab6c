import { dayMs, hasElapsed } from "../../clock.ts";
import { deciderHash } from "../../decider-hash.ts";
import type { Mode } from "../../config/config.ts";
import { isTransient } from "../../policy/values/unknown-reason.ts";
import type { OpenBreaker } from "../breakers/open-breaker.ts";
import { connectionHeld, ruleAlerts } from "../connection-alerts.ts";
import { actionOf, type Action } from "../decide.ts";
import { heldReason } from "../held-reason.ts";
import {
  nameOfInvalid,
  type ConnectionRecord,
  type Decision,
  type Link,
} from "../record/connection-record.ts";
import { withDecision } from "../record/changes.ts";
import { decided, held } from "../record/transitions.ts";
import type { Attempt } from "./attempt.ts";
import { renewed } from "./claim.ts";
import type { Evaluation } from "./evaluate.ts";
import { saveAndReleaseWriteLock } from "./schedule-retry.ts";

/**
 * Appends the decision to the service's audit chain, so that a crash before it is applied leaves evidence. A verdict
 * that was recorded last on the same facts is not recorded again: a settled system is silent.
 */
export async function appendDecision(
  attempt: Attempt,
  record: ConnectionRecord,
  evaluation: Evaluation,
  breaker: OpenBreaker | undefined,
): Promise<ConnectionRecord> {
  const { ledger, clock, mode } = attempt.services;
  if (isRecorded(record, evaluation, breaker, { mode, now: clock.now() })) {
    if (record.action !== "none") return record;
    const reason = breaker === undefined ? record.reason : undefined;
    const said = reason ?? heldReason(evaluation.verdict, mode);
    const again = held(withOpening(record, evaluation.verdict), clock.now(), said, breaker);
    // A connection that waits for a breaker may have acquired the write lock, and releases it.
    return breaker === undefined ? ledger.save(again) : saveAndReleaseWriteLock(attempt.services, again);
  }
  const next = (entry: Decision & Link) => {
    const ours = renewed(record, clock);
    if (entry.action !== "none") return { record: decided(ours, entry), alerts: ruleAlerts(entry) };
    const reason = heldReason(entry.verdict, mode);
    // A breaker holds many connections at once, and has an alert of its own.
    const alerts = breaker === undefined ? [connectionHeld(entry, reason)] : [];
    const after = withDecision(ours, entry);
    return { record: held(after, clock.now(), reason, breaker), alerts: [...alerts, ...ruleAlerts(entry)] };
  };
  const decision = {
    ...decisionOf(attempt, evaluation),
    ...(breaker === undefined ? {} : { restrained: breaker.name }),
  };
  return ledger.append(record, decision, next, evaluation.snapshot.reservations);
}

/**
 * The next opening of the change window for which it is held. What a person was told to decide stays with the person.
 */
function withOpening(record: ConnectionRecord, { opensAt }: Evaluation["verdict"]): ConnectionRecord {
  return record.opensAt === undefined || opensAt === undefined ? record : { ...record, opensAt };
}

/** The phases in which a recorded decision is still the one to act on. */
const phasesToActIn: Readonly<Record<"act" | "hold", readonly ConnectionRecord["phase"][]>> = {
  act: ["Decided", "Applying", "Failed"],
  hold: ["Held"],
};

/** Only younger decisions are acted on: they stay in the table for a month at least, and are then archived. */
const actOnMs = 7 * dayMs;

function isRecorded(
  record: ConnectionRecord,
  evaluation: Evaluation,
  breaker: OpenBreaker | undefined,
  { mode, now }: { readonly mode: Mode; readonly now: Date },
): boolean {
  return isSameDecision(record, evaluation, breaker, now) && isOfSameFacts(record, evaluation, mode);
}

/** Whether the last decision was the same, and is still the one to act on. */
function isSameDecision(
  record: ConnectionRecord,
  { verdict, person }: Evaluation,
  breaker: OpenBreaker | undefined,
  now: Date,
): boolean {
  const isToBeDone = record.action !== "none";
  return (
    record.decisionId !== undefined &&
    record.verdict === verdict.kind &&
    record.person?.id === person?.id &&
    record.restrained === breaker?.name &&
    !(isToBeDone && hasElapsed(actOnMs, record.decidedAt ?? now, now)) &&
    phasesToActIn[isToBeDone ? "act" : "hold"].includes(record.phase)
  );
}

function isOfSameFacts(
  record: ConnectionRecord,
  { fingerprint, verdict, facts, policy }: Evaluation,
  mode: Mode,
): boolean {
  // The window is open, and something else holds it now, such as a limit: that is for a person.
  if (record.fingerprint === fingerprint)
    return record.opensAt === undefined || verdict.opensAt !== undefined;
  // A fact that could not be read for a moment is no news about what the same rule of the same policy holds anyway.
  const isSame = record.policyHash === deciderHash(policy, mode) && record.rule === verdict.rule;
  return record.action === "none" && isSame && Object.values(facts.unknown).some(isTransient);
}

/** What is to be done: what the person decided, or what the mode allows of the policy's verdict. */
export function chosenAction(
  { person, revokes, verdict }: Pick<Evaluation, "person" | "revokes" | "verdict">,
  mode: Mode,
): Action {
  if (revokes === true) return "revoke";
  return person?.verdict ?? actionOf(verdict, mode);
}

export function decisionOf({ services, request }: Attempt, evaluation: Evaluation): Decision {
  const { mode } = services;
  const { verdict, policy, person, fingerprint, facts, trace, snapshot } = evaluation;
  const { subscriptions, connection } = snapshot;
  const message = connection.state === "Pending" ? connection.description : undefined;
  const descriptionBefore = evaluation.revokes === true ? connection.description : undefined;
  return {
    kind: "decision",
    connection: request.id.text,
    cause: request.cause,
    actor: request.actor,
    ...(request.actorObjectId === undefined ? {} : { actorObjectId: request.actorObjectId }),
    mode,
    policy: {
      name: policy.kind === "valid" ? policy.name : nameOfInvalid,
      hash: deciderHash(policy, mode),
    },
    verdict,
    action: chosenAction(evaluation, mode),
    ...(person === undefined ? {} : { person }),
    fingerprint,
    facts,
    trace,
    ...(message === undefined ? {} : { message }),
    ...(descriptionBefore === undefined ? {} : { descriptionBefore }),
    ...(subscriptions.kind === "known" ? { subscriptionsAt: subscriptions.value.at.toISOString() } : {}),
  };
}
