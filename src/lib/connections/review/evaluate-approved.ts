import {
  revocationBlockedReason,
  revocationCancelledReason,
  revocationDueReason,
} from "../../alerts/reasons-of-connections.ts";
import { deciderHash } from "../../decider-hash.ts";
import { dayMs, isDue, plusMs } from "../../clock.ts";
import type { Connection } from "../azure-connections.ts";
import { revocationDue } from "../connection-alerts.ts";
import { recordsOf } from "../ledger.ts";
import { revocationChecked, revocationNoticed, revocationPostponed } from "../record/approval-changes.ts";
import type { ConnectionRecord } from "../record/connection-record.ts";
import { outcomeOf } from "../record/outcome.ts";
import { kept } from "../record/transitions.ts";
import {
  graceOf,
  isRevocationCheckDue,
  isRevoking,
  revocableAt,
  revocabilityOf,
  revokes,
  type Revocability,
} from "../revocation.ts";
import { decisionOf } from "./append-decision.ts";
import { ended, type Attempt, type Ended } from "./attempt.ts";
import type { Evaluated } from "./evaluate-pending.ts";
import { evaluateOrRetry } from "./evaluate-or-retry.ts";
import { deciderInForce, type Evaluation } from "./evaluate.ts";
import type { ReviewServices } from "./ports.ts";
import { isNotOurs } from "./same-connection.ts";

/** Whether an Approved connection is to be judged for a revocation now, or has one under way. */
export async function needsRevocationCheck(
  { policy, mode, clock }: Pick<ReviewServices, "policy" | "mode" | "clock">,
  record: ConnectionRecord,
  connection: Connection,
): Promise<boolean> {
  if (connection.state !== "Approved") return false;
  if (isRevoking(record)) return true;
  if (isNotOurs(record, connection) || (record.phase !== "Applied" && record.phase !== "Adopted"))
    return false;
  const now = clock.now();
  // A step of its term comes first; the evaluation follows with the next review.
  if (record.term !== undefined && isDue(record.term.nextAt, now)) return false;
  const loaded = await policy();
  if (!revokes(loaded, mode)) return record.revocation !== undefined;
  return isRevocationCheckDue(record, deciderInForce(loaded, mode), now);
}

/**
 * Judges an Approved connection by the policy, where that says `revoke: rejected`. What it rejects is announced first,
 * and revoked if it still rejects it when the time is over. The attempt goes on only with a connection to be revoked
 * now.
 */
export async function evaluateApproved(
  attempt: Attempt,
  record: ConnectionRecord,
  connection: Connection,
): Promise<Evaluated | Ended> {
  const { services } = attempt;
  const { clock, ledger, mode } = services;
  const evaluated = await evaluateOrRetry(services, record, connection);
  if (evaluated.kind === "ended") return evaluated;
  const { evaluation, writeLock } = evaluated;
  const { verdict, policy } = evaluation;
  const revocability = revocabilityOf(evaluation, record, mode, await revokedOf(services, record));
  const { revocation } = record;
  const now = clock.now();
  if (revocability.kind === "keep")
    return ended(await keep(attempt, record, evaluation, revocability), verdict);
  // Where the last notice said that it is kept, a new one says when it is revoked, and the other way round.
  const isBlocked = revocability.kind === "blocked";
  if (revocation === undefined || isBlocked !== (revocation.isBlocked ?? false))
    return ended(await announce(attempt, record, evaluation, revocability), verdict);
  const decider = deciderHash(policy, mode);
  const dueAt = isBlocked ? plusMs(now, dayMs) : revocableAt(revocation, graceOf(policy));
  if (isBlocked || (!isRevoking(record) && !isDue(dueAt, now)))
    return ended(await ledger.save(revocationPostponed(record, now, { dueAt, decider })), verdict);
  return { kind: "evaluated", record, evaluation: { ...evaluation, revokes: true }, writeLock };
}

/**
 * Whether the guard still lets it be revoked, on a service that was just read. Called with the service's write lock, so
 * that no other connection of it is being revoked.
 */
export async function mayStillRevoke(
  services: Pick<ReviewServices, "azure" | "ledger" | "mode">,
  record: ConnectionRecord,
  evaluation: Evaluation,
): Promise<boolean> {
  const service = await services.azure.service(record.id.service);
  const snapshot = { ...evaluation.snapshot, service };
  const leaving = await revokedOf(services, record);
  return revocabilityOf({ ...evaluation, snapshot }, record, services.mode, leaving).kind === "revoke";
}

/** Connections of the service that were revoked, which Azure's list may still show as Approved. */
async function revokedOf(
  { ledger }: Pick<ReviewServices, "ledger">,
  { id }: ConnectionRecord,
): Promise<string[]> {
  const records = await recordsOf(ledger, id.service);
  return records
    .filter((each) => each.id.text !== id.text && (each.phase === "Revoked" || isRevoking(each)))
    .map((each) => each.id.text);
}

/** Left as it is. What was announced is taken back, with an alert. */
function keep(
  { services: { clock, ledger, mode } }: Attempt,
  record: ConnectionRecord,
  { policy }: Evaluation,
  { reason: why }: Revocability,
): Promise<ConnectionRecord> {
  const before = isRevoking(record) ? kept(record) : record;
  const next = revocationChecked(before, deciderHash(policy, mode), clock.now());
  if (record.revocation === undefined) return ledger.save(next);
  const reason = revocationCancelledReason(why);
  return ledger.append(record, { ...outcomeOf(next, reason), announces: "revocation" as const }, (entry) => ({
    record: next,
    alerts: [revocationDue(entry, { reason })],
  }));
}

/** The notice: when it will be revoked, or why it cannot be. */
function announce(
  attempt: Attempt,
  record: ConnectionRecord,
  evaluation: Evaluation,
  { kind, reason: why }: Revocability,
): Promise<ConnectionRecord> {
  const { clock, ledger } = attempt.services;
  const now = clock.now();
  const isBlocked = kind === "blocked";
  const dueAt = plusMs(now, graceOf(evaluation.policy));
  const reason = isBlocked ? revocationBlockedReason(why) : revocationDueReason(why, dueAt);
  const decision = { ...decisionOf(attempt, evaluation), action: "none", announces: "revocation" } as const;
  const before = isRevoking(record) ? kept(record) : record;
  return ledger.append(record, decision, (entry) => ({
    record: revocationNoticed(before, now, { dueAt, isBlocked, decider: entry.policy.hash }),
    alerts: [revocationDue(entry, { reason, ...(isBlocked ? {} : { dueAt }) })],
  }));
}
