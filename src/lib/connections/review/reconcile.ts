import { isDue } from "../../clock.ts";
import type { Read } from "../../estate/read.ts";
import { isDocumentedState, type Connection } from "../azure-connections.ts";
import type { ConnectionRecord } from "../record/connection-record.ts";
import { released, withObservation } from "../record/changes.ts";
import { isLockedByAnother } from "../write-lock.ts";
import { ended, type Attempt, type Ended } from "./attempt.ts";
import { needsRevocationCheck } from "./evaluate-approved.ts";
import { confirmDeleted } from "./confirm-deleted.ts";
import { isAnother, recordReplaced } from "./same-connection.ts";
import { followWrite } from "./pending-write.ts";
import { isReconfirmation, reconfirm } from "./recertify.ts";
import { reconcileFinalState } from "./reconcile-final-state.ts";
import { asksForAttempt } from "./is-review-due.ts";
import type { ReviewRequest, ReviewServices } from "./ports.ts";
import { endUnread } from "./schedule-retry.ts";
import { isWaiting, waitInLine } from "./waiting.ts";

/** A connection's record beside what Azure shows. */
export interface Observed {
  readonly record: ConnectionRecord;
  readonly read: Read<Connection>;
  /** The state that the attempt before this one saw; undefined for a connection that is new. */
  readonly before: string | undefined;
}

/** A connection that is free to be evaluated, because it is Pending or its approval is judged. */
export interface Reconciled {
  readonly kind: "reconciled";
  readonly observed: Observed;
  readonly connection: Connection;
}

/**
 * Brings a record in line with what Azure shows: another connection under the same name, one that is gone, in a final
 * state, or still being written. `isFirst` is whether the attempt has not evaluated it yet.
 */
export async function reconcile(
  attempt: Attempt,
  { record: claimed, read, before: earlier }: Observed,
  isFirst: boolean,
): Promise<Reconciled | Ended> {
  const { services, request } = attempt;
  // Invalidate the digest first: it was computed without this connection or with its old state.
  if (stateChanged(read, claimed, earlier)) await services.digests.invalidate(claimed.id.service);
  if (read.kind === "unknown") return endUnreadable(attempt, claimed, read.reason);
  const connection = read.value;
  const isReplaced = isAnother(claimed, connection);
  const before = isReplaced ? undefined : earlier;
  const record = withObservation(isReplaced ? await recordReplaced(services, claimed) : claimed, connection);

  if (!isDocumentedState(connection.state))
    return endUnread(attempt, record, "Azure shows it in a state that it does not document");
  if (isReconfirmation(request, record, connection)) return reconfirm(attempt, record, connection);
  const isJudged = await needsRevocationCheck(services, record, connection);
  if (connection.state !== "Pending" && !isJudged)
    return ended(await reconcileFinalState(attempt, record, connection, before));

  const waiting = isFirst ? await stillWaiting(services, request, record) : undefined;
  if (waiting !== undefined) return ended(waiting);
  const followed =
    record.write === undefined
      ? ({ kind: "over", record } as const)
      : await followWrite(services, record, record.write, connection.state);
  if (followed.kind === "ended") return followed;
  // Each time it shows another state than before.
  if (followed.kind === "read-again")
    return reconcile(attempt, { record, before, read: followed.read }, isFirst);

  if (isFirst && before !== "Pending" && !isJudged)
    await services.breakers.countRequest({
      service: record.id.service,
      foundBySweep: isFoundBySweep(request),
    });
  return { kind: "reconciled", observed: { record: followed.record, before, read }, connection };
}

/** Whether a read shows another state than the record had before; a record without a state is new. */
function stateChanged(read: Read<Connection>, record: ConnectionRecord, before: string | undefined): boolean {
  if (read.kind === "known") return read.value.state !== before || isAnother(record, read.value);
  return read.reason === "not-found" && before !== undefined;
}

async function endUnreadable(attempt: Attempt, record: ConnectionRecord, reason: string): Promise<Ended> {
  if (reason === "not-found") return ended(await confirmDeleted(attempt.services, record));
  return endUnread(attempt, record, `the connection could not be read (${reason})`);
}

/**
 * A connection that waits for Azure, or for another connection of its service, is not made faster by an event; a person
 * who asks always gets an evaluation. Undefined where there is something to do.
 */
async function stillWaiting(
  services: ReviewServices,
  request: ReviewRequest,
  record: ConnectionRecord,
): Promise<ConnectionRecord | undefined> {
  const { clock, ledger } = services;
  if (asksForAttempt(request, record)) return undefined;
  // What Azure refused it refuses again, however many events arrive. Another endpoint under the name was noticed before
  // this.
  if (record.phase === "Failed" && !isDue(record.nextAt, clock.now())) return ledger.save(released(record));
  if (record.queuedAt === undefined)
    return isWaiting(record, clock.now()) ? ledger.save(released(record)) : undefined;
  const { writeLock } = await ledger.head(record.id.service);
  if (!isLockedByAnother(writeLock, record, clock)) return undefined;
  return isWaiting(record, clock.now()) ? ledger.save(released(record)) : waitInLine(services, record);
}

/**
 * Whether a sweep found what an event should have announced. The first review of a service finds what was there before
 * any event could arrive.
 */
function isFoundBySweep({ cause, firstSight }: ReviewRequest): boolean {
  return cause === "sweep" && firstSight !== true;
}
