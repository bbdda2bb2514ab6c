import type { Read } from "../../estate/read.ts";
import { isDue, plusMs, type Clock } from "../../clock.ts";
import type { Verdict } from "../../policy/evaluate/verdict.ts";
import { apply } from "./apply.ts";
import { isDocumentedState, type Connection } from "../azure.ts";
import type { Breakers } from "../breakers/breakers.ts";
import { isUnchanged } from "./evaluate.ts";
import { decidePending, foundBy, type ApprovalPermit } from "./decide-pending.ts";
import { isAnother, replaced } from "./identity.ts";
import { scheduleRetry } from "./schedule-retry.ts";
import { isUnfinished } from "./needs-review.ts";
import { confirmDeleted } from "./confirm-deleted.ts";
import { reconcileFinalState } from "./reconcile-final-state.ts";
import { followWrite } from "./pending-write.ts";
import type { ConnectionRecord } from "../record/record.ts";
import { released } from "../record/released.ts";
import type { ReviewRequest, ReviewServices } from "./review-services.ts";
import { isWaiting, waitInLine } from "./waiting.ts";
import { isLockedByAnother } from "../write-lock.ts";

/** Maximum changes between decision and apply before the attempt gives up. */
const movesMax = 3;
/** Maximum reservation conflicts before the review is rescheduled; each one means that another approval went through. */
const overtakenMax = 10;

export interface Attempted {
  readonly record: ConnectionRecord;
  readonly verdict?: Verdict;
}

/** Steps 2 to 7 of a review, on a claimed record. `first` is the connection as this attempt has already read it. */
export async function attempt(
  services: ReviewServices,
  request: ReviewRequest,
  claimed: ConnectionRecord,
  first: Read<Connection> | undefined,
): Promise<Attempted> {
  const { breakers, clock, ledger } = services;
  if (isPutOff(claimed, request, clock.now())) return { record: await ledger.save(released(claimed)) };
  const permit = approvalPermit(breakers, clock);
  try {
    return await evaluateAndApply(services, request, claimed, { first, permit });
  } finally {
    // However it ended: what was not sent is none of the hour's approvals.
    await permit.giveBack();
  }
}

/** Reads, evaluates, records and applies; starts over if the connection changed in between. */
async function evaluateAndApply(
  services: ReviewServices,
  request: ReviewRequest,
  claimed: ConnectionRecord,
  { first, permit }: { readonly first: Read<Connection> | undefined; readonly permit: OnceAdmitted },
): Promise<Attempted> {
  const { azure, breakers, digests } = services;
  const { service } = claimed.id;
  let before = claimed.state;
  let record = claimed;
  let read = first ?? (await azure.connection(record.id));
  for (let moves = 0, overtaken = 0; moves < movesMax && overtaken < overtakenMax;) {
    // Invalidate the digest first: it was computed without this connection or with its old state.
    if (stateChanged(read, record, before)) await digests.invalidate(service);
    if (read.kind === "unknown") return { record: await unreadable(services, record, read.reason) };
    const connection = read.value;
    if (isAnother(record, connection)) {
      record = await replaced(services, record);
      before = undefined;
    }
    record = withoutMissing(record, connection);
    if (!isDocumentedState(connection.state))
      return {
        record: await scheduleRetry(services, record, "Azure shows it in a state that it does not document"),
      };
    if (connection.state !== "Pending")
      return { record: await reconcileFinalState(services, request, record, connection, before) };
    const waiting = moves + overtaken === 0 ? await stillWaiting(services, request, record) : undefined;
    if (waiting !== undefined) return { record: waiting };
    if (record.write !== undefined) {
      const followed = await followWrite(services, record, record.write);
      if (followed.kind === "ended") return followed;
      if (followed.kind === "look") {
        ({ read } = followed);
        continue;
      }
      ({ record } = followed);
    }
    if (moves + overtaken === 0 && before !== "Pending") await breakers.requested(foundBy(request));
    const decided = await decidePending(services, request, record, connection, permit);
    if (decided.kind === "ended") return decided;
    ({ record } = decided);
    if (decided.kind === "again") {
      overtaken++;
      continue;
    }
    moves++;
    const { evaluation } = decided;
    read = await azure.connection(record.id);
    if (read.kind === "known" && (await isUnchanged(services, evaluation, read.value))) {
      if (before !== undefined) await digests.invalidate(service);
      if (permit.isLate()) break;
      const { verdict, snapshot } = evaluation;
      const seen = { ...snapshot, connection: read.value };
      const applied = await apply(services, record, seen, verdict.reasons.join("; "), permit.sent);
      if (isUnsent(applied)) permit.unsent();
      return { record: applied, verdict };
    }
  }
  return {
    record: await scheduleRetry(
      services,
      record,
      "it kept changing, or took too long, while it was reviewed",
    ),
  };
}

/** Whether its last attempt ended in a difficulty, and its time to try again has not come, however many events tell of it. */
function isPutOff(
  { attempts, nextAt, phase }: ConnectionRecord,
  { cause }: ReviewRequest,
  now: Date,
): boolean {
  const triesAgain = isUnfinished({ phase }) || phase === "Applied";
  return cause !== "http" && attempts > 0 && triesAgain && !isDue(nextAt, now);
}

/**
 * Where Azure, or another connection of the service, is to be waited for, no event makes it go faster; a person who asks is
 * answered anew. Undefined where there is something to do.
 */
async function stillWaiting(
  services: ReviewServices,
  { cause }: ReviewRequest,
  record: ConnectionRecord,
): Promise<ConnectionRecord | undefined> {
  const { clock, ledger } = services;
  if (cause === "http") return undefined;
  // What Azure refused it refuses again, however many events tell of it; another endpoint under the name was noticed before this.
  if (record.phase === "Failed" && !isDue(record.nextAt, clock.now())) return ledger.save(released(record));
  if (record.queuedAt === undefined)
    return isWaiting(record, clock.now()) ? ledger.save(released(record)) : undefined;
  const { writeLock } = await ledger.head(record.id.service);
  if (!isLockedByAnother(writeLock, record, clock)) return undefined;
  return isWaiting(record, clock.now()) ? ledger.save(released(record)) : waitInLine(services, record);
}

/** Whether a read shows something else than the record had before; a record without a state is new. */
function stateChanged(read: Read<Connection>, record: ConnectionRecord, before: string | undefined): boolean {
  if (read.kind === "known") return read.value.state !== before || isAnother(record, read.value);
  return read.reason === "not-found" && before !== undefined;
}

/** Whether nothing was changed on Azure: it was busy, or refused, or another connection's turn came first. */
function isUnsent({ phase, write }: ConnectionRecord): boolean {
  return write === undefined && (phase === "Decided" || phase === "Failed");
}

/** An approval is counted when it is admitted, so that it must not be sent much later; see `sliding-window`. */
const admittedMs = 60_000;

interface OnceAdmitted extends ApprovalPermit {
  readonly isLate: () => boolean;
  /** Called before a write is sent: from then on it counts, whatever becomes of this process. */
  readonly sent: () => void;
  /** Azure changed nothing after all. */
  readonly unsent: () => void;
  /** Gives back what was admitted and not sent. */
  readonly giveBack: () => Promise<void>;
}

function approvalPermit(breakers: Breakers, clock: Clock): OnceAdmitted {
  let admittedAt: Date | undefined;
  let isSent = false;
  return {
    sent: () => {
      isSent = true;
    },
    unsent: () => {
      isSent = false;
    },
    take: async () => {
      if (admittedAt !== undefined) return undefined;
      const at = clock.now();
      const restraint = await breakers.admitApproval();
      if (restraint === undefined) admittedAt = at;
      return restraint;
    },
    giveBack: async () => {
      if (admittedAt === undefined || isSent) return;
      await breakers.giveBackApproval(admittedAt);
      admittedAt = undefined;
    },
    isLate: () => admittedAt !== undefined && isDue(plusMs(admittedAt, admittedMs), clock.now()),
  };
}

function unreadable(
  services: ReviewServices,
  record: ConnectionRecord,
  reason: string,
): Promise<ConnectionRecord> {
  if (reason === "not-found") return confirmDeleted(services, record);
  return scheduleRetry(services, record, `the connection could not be read (${reason})`);
}

function withoutMissing(record: ConnectionRecord, { state, endpointId }: Connection): ConnectionRecord {
  const { missingSince: _, ...rest } = record;
  return { ...rest, state, ...(endpointId === undefined ? {} : { endpointId }) };
}
