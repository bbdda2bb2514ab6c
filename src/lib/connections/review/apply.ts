import { refusedReason } from "../../alerts/reasons-of-connections.ts";
import { plusMs } from "../../clock.ts";
import { isDocumentedState, type Connection, type PutOutcome } from "../azure-connections.ts";
import type { Snapshot } from "../facts/snapshot.ts";
import { decisionReason, descriptionOf, stateBefore, targetOf } from "../record/description.ts";
import type { ConnectionRecord } from "../record/connection-record.ts";
import { accepted, withObservation } from "../record/changes.ts";
import { applying, writeEnded } from "../record/transitions.ts";
import { writeLockMs } from "../write-lock.ts";
import { ended, type Attempt, type Ended } from "./attempt.ts";
import { renewed } from "./claim.ts";
import { confirmDeleted } from "./confirm-deleted.ts";
import { confirmWrite } from "./confirm-write.ts";
import { isAnother } from "./same-connection.ts";
import type { Decided } from "./record-decision.ts";
import type { ReviewServices } from "./ports.ts";
import { fail, saveAndReleaseWriteLock } from "./schedule-retry.ts";
import { waitForAzure, waitInLine } from "./waiting.ts";

/** The longest that one PUT may take, and so the shortest lease on which one is begun. */
const putTimeoutMs = 15_000;

/**
 * Applies a decision: one PUT, then a read of what Azure made of it. The connection was just read as Pending, or as
 * Approved where that is revoked.
 */
export async function apply(
  attempt: Attempt,
  { record, evaluation }: Decided,
  connection: Connection,
): Promise<Ended> {
  const { verdict, snapshot, person } = evaluation;
  const reasons = {
    recorded: decisionReason(evaluation),
    // The requester reads it, and need not know who decided.
    described: person?.reason ?? verdict.reasons.join("; "),
  };
  const after = await write(attempt, record, { ...snapshot, connection }, reasons);
  if (isUnsent(after)) attempt.permit.markUnused();
  return ended(after, verdict);
}

async function write(
  { services, permit }: Attempt,
  record: ConnectionRecord,
  seen: Snapshot,
  reasons: { readonly recorded: string; readonly described: string },
): Promise<ConnectionRecord> {
  const { azure, clock } = services;
  const target = targetOf(record.action);
  if (target === undefined || record.decisionId === undefined)
    throw new Error(`nothing may be applied to a record in phase ${record.phase} without a decision`);
  const begun = await begin(services, record, reasons.recorded);
  if (begun === undefined) return waitInLine(services, record);
  // This process may have been frozen since: a PUT that outlives the lease could meet another attempt's.
  if (Date.parse(begun.lease?.until ?? "") - putTimeoutMs <= clock.now().getTime())
    return waitForAzure(services, writeEnded(begun), "the review took too long to act on it");
  permit.markUsed();
  const description = descriptionOf(record.decisionId, reasons.described);
  const outcome = await azure.setState(seen.connection, target, description);
  return recordOutcome(services, begun, seen, outcome);
}

/** Recorded before the PUT is sent, so that a crash in between leaves a write that the next attempt looks for. */
function begin(
  { clock, ledger }: Pick<ReviewServices, "clock" | "ledger">,
  record: ConnectionRecord,
  reason: string,
): Promise<ConnectionRecord | undefined> {
  const now = clock.now();
  return ledger.saveWithWriteLock(
    applying(renewed(record, clock), now, reason),
    plusMs(now, writeLockMs.write),
  );
}

async function recordOutcome(
  services: ReviewServices,
  begun: ConnectionRecord,
  seen: Snapshot,
  outcome: PutOutcome,
): Promise<ConnectionRecord> {
  switch (outcome.kind) {
    case "refused": {
      const target = String(targetOf(begun.action));
      return fail(services, writeEnded(begun), refusedReason(target, outcome.code));
    }
    case "busy":
      return retryBehindOthers(services, writeEnded(begun), outcome);
    case "accepted": {
      const sentAt = begun.write?.sentAt ?? services.clock.now().toISOString();
      const { operation, retryAfterMs } = outcome;
      const followed = accepted(begun, { sentAt, ...(operation === undefined ? {} : { operation }) });
      return verify(services, followed, seen, retryAfterMs);
    }
    case "unclear":
      return verify(services, begun, seen);
  }
}

/**
 * Azure did not take the write, at a service that it was not changing. Others that wait for the service have their turn
 * before this one is tried again, since it may be this connection alone that is busy.
 */
async function retryBehindOthers(
  services: ReviewServices,
  record: ConnectionRecord,
  { code, retryAfterMs }: Extract<PutOutcome, { kind: "busy" }>,
): Promise<ConnectionRecord> {
  const waiting = await waitForAzure(services, record, `Azure was busy (${code})`, retryAfterMs);
  return saveAndReleaseWriteLock(services, waiting);
}

/** An unclear outcome is read, never guessed, and the opposite is never sent. */
async function verify(
  services: ReviewServices,
  record: ConnectionRecord,
  seen: Snapshot,
  retryAfterMs?: number,
): Promise<ConnectionRecord> {
  const after = await services.azure.connection(record.id);
  if (after.kind === "unknown" && after.reason === "not-found") return confirmDeleted(services, record);
  if (after.kind === "unknown")
    return waitForAzure(services, record, `the outcome could not be read (${after.reason})`, retryAfterMs);
  // Another connection under the name, or a state that Azure does not document, is left to the next review.
  const isClear = isDocumentedState(after.value.state) && !isAnother(record, after.value);
  if (after.value.state === stateBefore(record.action) || !isClear)
    return waitForAzure(services, record, "Azure has not confirmed it yet", retryAfterMs);
  return confirmWrite(services, withObservation(record, after.value), after.value, seen);
}

/** Whether nothing was changed on Azure: it was busy, or refused, or another connection's turn came first. */
function isUnsent({ phase, write: sent }: ConnectionRecord): boolean {
  return sent === undefined && (phase === "Decided" || phase === "Failed");
}
