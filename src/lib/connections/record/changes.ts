import { plusMs } from "../../clock.ts";
import type { Connection } from "../azure-connections.ts";
import { decisionReason } from "./description.ts";
import { termOf } from "./approval-term.ts";
import type { ConnectionRecord, Decision, Link, PendingWrite } from "./connection-record.ts";

/**
 * The changes of a connection's record that leave its phase as it is: pure functions from a record to the next one.
 * Those of an approval's end are in `approval-changes.ts`, those between phases in `transitions.ts`.
 */

/** A record that is not stored yet. */
export type NewRecord = Omit<ConnectionRecord, "version">;

/** Who reviews a connection, and until when nobody else may. */
export type Lease = NonNullable<ConnectionRecord["lease"]>;

export function claimed<R extends NewRecord>(record: R, now: Date, lease: Lease): R {
  return { ...record, reviewedAt: now.toISOString(), lease };
}

/** More time for the attempt that holds the lease. */
export function leaseRenewed(record: ConnectionRecord, until: string): ConnectionRecord {
  return record.lease === undefined ? record : { ...record, lease: { ...record.lease, until } };
}

/**
 * What was decided on it, and why. Where a person is followed now, or another one, or none any more, nothing of the
 * waiting and of the attempts before counts for it.
 */
export function withDecision(record: ConnectionRecord, entry: Decision & Link): ConnectionRecord {
  const isAnothers = record.person?.id !== entry.person?.id;
  const {
    rule: _rule,
    difficulty: _,
    failedWith: _failed,
    restrained: _restrained,
    person: _person,
    term: _term,
    opensAt: _opens,
    waitsForPermit: _permit,
    slow,
    ...rest
  } = record;
  const { id, at, verdict, action, fingerprint, policy, person } = entry;
  const term = action === "approve" ? termOf(entry) : undefined;
  return {
    ...rest,
    ...(slow === undefined || isAnothers ? {} : { slow }),
    attempts: isAnothers ? 0 : record.attempts,
    verdict: verdict.kind,
    ...(verdict.rule === undefined ? {} : { rule: verdict.rule }),
    ...(verdict.opensAt === undefined || action !== "none" ? {} : { opensAt: verdict.opensAt }),
    reason: decisionReason(entry),
    decisionId: id,
    decidedAt: at,
    action,
    ...(person === undefined ? {} : { person }),
    ...(term === undefined ? {} : { term }),
    fingerprint,
    policyHash: policy.hash,
  };
}

/** Azure shows the effect of an earlier decision of ours, whose PUT took effect late. */
export function attributedTo(record: ConnectionRecord, entry: Decision & Link): ConnectionRecord {
  const { person: _, term: _term, opensAt: _opens, ...rest } = record;
  const { id: decisionId, action, verdict, person } = entry;
  const reason = decisionReason(entry);
  const term = action === "approve" ? termOf(entry) : undefined;
  return {
    ...rest,
    decisionId,
    action,
    ...(person === undefined ? {} : { person }),
    ...(term === undefined ? {} : { term }),
    verdict: verdict.kind,
    reason,
  };
}

/** Ends an attempt that changed nothing. */
export function released<R extends NewRecord>({ lease: _, ...record }: R): Omit<R, "lease"> {
  return record;
}

/** Ends an attempt after which nothing is left to do. */
export function finished(record: ConnectionRecord): ConnectionRecord {
  const {
    nextAt: _,
    difficulty: _difficulty,
    failedWith: _failed,
    term: _term,
    revocation: _revocation,
    opensAt: _opens,
    ...rest
  } = withoutWaiting(released(record));
  return { ...rest, attempts: 0 };
}

/** One more attempt that ended in a difficulty. */
export function attempted(record: ConnectionRecord): ConnectionRecord {
  return { ...record, attempts: record.attempts + 1 };
}

/** Leaves a held connection as it is until then. */
export function heldUntil(record: ConnectionRecord, until: string): ConnectionRecord {
  return { ...released(record), nextAt: until };
}

/** What Azure showed of the connection: it is there. */
export function withObservation(
  record: ConnectionRecord,
  { state, endpointId, description }: Pick<Connection, "state" | "endpointId" | "description">,
): ConnectionRecord {
  const { missingSince: _, message: before, ...rest } = record;
  // A decision that is applied overwrites the requester's message on Azure.
  const message = state === "Pending" ? description : before;
  return {
    ...rest,
    state,
    ...(endpointId === undefined ? {} : { endpointId }),
    ...(message === undefined ? {} : { message }),
  };
}

/** Azure says that there is no such connection, for the first time. */
export function missing(record: ConnectionRecord, now: Date): ConnectionRecord {
  return { ...record, missingSince: now.toISOString() };
}

/**
 * Puts an attempt off that ended in a difficulty. A write that is under way goes on being waited for. A wait that Azure
 * asked for is never shortened: the attempt may have begun during it, by an event.
 */
export function retryScheduled(
  record: ConnectionRecord,
  now: Date,
  {
    attempts,
    difficulty,
    delayMs,
  }: { readonly attempts: number; readonly difficulty: string; readonly delayMs: number },
): ConnectionRecord {
  const rest = released(record);
  const waiting = record.write === undefined ? withoutWaiting(rest) : rest;
  const { queuedAt, waitingSince, nextAt = "" } = record;
  const ownAt = plusMs(now, delayMs);
  const isAskedToWait = waitingSince !== undefined && queuedAt === undefined;
  return { ...waiting, attempts, difficulty, nextAt: isAskedToWait && nextAt > ownAt ? nextAt : ownAt };
}

/** Keeps a connection until Azure may be ready. It keeps, or gets, the time since when it waits. */
export function waitingForAzure(
  record: ConnectionRecord,
  now: Date,
  { difficulty, waitMs }: { readonly difficulty: string; readonly waitMs: number },
): ConnectionRecord {
  const waitingSince = azureSince(record, now);
  return { ...dequeued(released(record)), waitingSince, difficulty, nextAt: plusMs(now, waitMs) };
}

/** Azure took the PUT, and named the operation to follow. */
export function accepted(record: ConnectionRecord, write: PendingWrite): ConnectionRecord {
  return { ...record, write, waitingSince: write.sentAt };
}

/** Azure says that the operation is under way, whatever an earlier answer said. */
export function writeSeen(record: ConnectionRecord, write: PendingWrite, now: Date): ConnectionRecord {
  const { endedAt: _, ...open } = write;
  return { ...record, write: { ...open, seenAt: now.toISOString() } };
}

/** Azure says that the operation succeeded, and the connection does not show it yet. */
export function writeSucceeded(
  record: ConnectionRecord,
  write: PendingWrite,
  endedAt: string,
): ConnectionRecord {
  return { ...record, write: { ...write, endedAt } };
}

/** Notes since when a decision waits to be applied; kept until it is applied. */
export function unappliedSince(
  record: ConnectionRecord,
  now: Date,
): ConnectionRecord & Required<Pick<ConnectionRecord, "slow">> {
  return { ...record, slow: record.slow ?? { since: now.toISOString() } };
}

/** An alert says that it waits for long. */
export function slowReported(
  record: ReturnType<typeof unappliedSince>,
  now: Date,
): ReturnType<typeof unappliedSince> {
  return { ...record, slow: { ...record.slow, toldAt: now.toISOString() } };
}

/** Since when Azure is waited for: time in the queue is no time that Azure was busy. */
export function azureSince({ queuedAt, waitingSince }: ConnectionRecord, now: Date): string {
  return queuedAt === undefined && waitingSince !== undefined ? waitingSince : now.toISOString();
}

export function dequeued({
  queuedAt: _,
  waitsForPermit: _permit,
  ...record
}: ConnectionRecord): ConnectionRecord {
  return record;
}

/** No permit is left for its write. It keeps what was decided, and tries again when there may be one. */
export function waitingForPermit(
  record: ConnectionRecord,
  now: Date,
  {
    permit,
    reason,
    until,
  }: {
    readonly permit: NonNullable<ConnectionRecord["waitsForPermit"]>;
    readonly reason: string;
    readonly until: string;
  },
): ConnectionRecord {
  const delayMs = Date.parse(until) - now.getTime();
  const { attempts } = record;
  return {
    ...retryScheduled(record, now, { attempts, difficulty: reason, delayMs }),
    waitsForPermit: permit,
  };
}

/** Waits neither for Azure, nor for its turn, nor for a permit. */
export function withoutWaiting(record: ConnectionRecord): ConnectionRecord {
  const {
    write: _,
    waitingSince: _since,
    queuedAt: _queued,
    slow: _slow,
    waitsForPermit: _permit,
    ...rest
  } = record;
  return rest;
}
