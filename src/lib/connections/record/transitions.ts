import type { Throttle } from "../breakers/throttle.ts";
import { plusMs } from "../../clock.ts";
import { hourlyMs } from "../review-delays.ts";
import type { Connection, FinalState } from "../azure.ts";
import type { ConnectionId } from "../../azure/resource-id.ts";
import type { ConnectionRecord, Decision, Link, PendingWrite } from "./connection-record.ts";

/**
 * Every change of a connection's record: pure functions from a record to the next one. Those under "Between phases" are the
 * arrows of the table of phases in docs/architecture.md, which a test compares with this file. The other changes
 * leave the phase as it is. Saving a record, the entry in the audit chain and the alerts are the caller's work.
 */

/** A record that is not stored yet. */
export type NewRecord = Omit<ConnectionRecord, "version">;

/** Who reviews a connection, and until when nobody else may. */
export type Lease = NonNullable<ConnectionRecord["lease"]>;

// Between phases

export function firstSeen(id: ConnectionId, now: Date): NewRecord {
  return { id, phase: "Seen", firstSeenAt: now.toISOString(), attempts: 0 };
}

/** A connection that was in a final state when its service was first read. */
export function foundAdopted(
  { id, state, endpointId }: Pick<Connection, "id" | "state" | "endpointId">,
  now: Date,
): NewRecord {
  return {
    ...firstSeen(id, now),
    phase: "Adopted",
    state,
    reviewedAt: now.toISOString(),
    reason: `it was ${state} when Drawbridge first saw the service`,
    ...(endpointId === undefined ? {} : { endpointId }),
  };
}

/**
 * Starts over for another endpoint that uses the name of the one before. A write that is under way affects the connection that has
 * the name now, so it is still followed.
 */
export function replaced(
  { id, version, lease, reviewedAt, write }: ConnectionRecord,
  now: Date,
): ConnectionRecord {
  return {
    ...firstSeen(id, now),
    version,
    ...(reviewedAt === undefined ? {} : { reviewedAt }),
    ...(lease === undefined ? {} : { lease }),
    ...(write === undefined ? {} : { write }),
  };
}

/** A connection that appeared in a final state without us, and whose verdict has to wait for a fact. */
export function awaitingAudit(record: ConnectionRecord): ConnectionRecord {
  return { ...record, phase: "Seen" };
}

export function decided(
  record: ConnectionRecord,
  { id, at, verdict, action, fingerprint, policy }: Decision & Link,
): ConnectionRecord {
  const { rule: _rule, difficulty: _, failedWith: _failed, restrained: _restrained, ...rest } = record;
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

/** A connection that waits: for a person, for a fact, or until a throttle ends. */
export function held(
  record: ConnectionRecord,
  now: Date,
  reason: string,
  throttle?: Pick<Throttle, "by" | "until">,
): ConnectionRecord {
  const { restrained: _, ...rest } = withoutWaiting(released(record));
  const next = { ...rest, phase: "Held" as const, attempts: 0, reason };
  return throttle === undefined
    ? { ...next, nextAt: plusMs(now, hourlyMs) }
    : { ...next, restrained: throttle.by, nextAt: throttle.until };
}

/** A decided connection that waits until those before it are written: Azure takes one write of a service at a time. */
export function inLine(record: ConnectionRecord, now: Date, untilMs: number): ConnectionRecord {
  const { write: _, ...rest } = released(record);
  const at = now.toISOString();
  return {
    ...rest,
    phase: "Decided",
    queuedAt: record.queuedAt ?? at,
    waitingSince: record.waitingSince ?? at,
    nextAt: plusMs(now, untilMs),
    difficulty: "other connections of the service are written before it, since Azure takes one at a time",
  };
}

/** Recorded before the PUT is sent, so that a crash in between leaves a write that the next attempt looks for. */
export function applying(record: ConnectionRecord, now: Date, reason: string): ConnectionRecord {
  const waitingSince = azureSince(record, now);
  return {
    ...outOfLine(record),
    phase: "Applying",
    reason,
    write: { sentAt: now.toISOString() },
    waitingSince,
  };
}

/** The PUT ended without effect, or counts as lost: the decision is to be applied again. */
export function writeEnded({ write: _, ...record }: ConnectionRecord): ConnectionRecord {
  const wasWritten = record.phase === "Applying" || record.phase === "Failed";
  return wasWritten ? { ...record, phase: "Decided" } : record;
}

export function applied(record: ConnectionRecord, state: FinalState | undefined): ConnectionRecord {
  return { ...finished(record), phase: "Applied", ...(state === undefined ? {} : { state }) };
}

/** Azure refuses, or too many attempts in a row ended in a difficulty. A write that may be under way stays known. */
export function failed(record: ConnectionRecord, now: Date, difficulty: string): ConnectionRecord {
  const { write } = record;
  return {
    ...withoutWaiting(released(record)),
    ...(write === undefined ? {} : { write }),
    phase: "Failed",
    difficulty,
    failedWith: difficulty,
    nextAt: plusMs(now, hourlyMs),
  };
}

export function gone(record: ConnectionRecord, reason: string): ConnectionRecord {
  const { state: _, ...rest } = finished(record);
  return { ...rest, phase: "Gone", reason };
}

/** Reached its state without us, and is left as it was found. */
export function adopted(record: ConnectionRecord, reason: string): ConnectionRecord {
  return { ...finished(record), phase: "Adopted", reason };
}

export function overridden(record: ConnectionRecord, state: string, reason: string): ConnectionRecord {
  return { ...finished(record), phase: "Overridden", state, reason };
}

// Within a phase

export function claimed<R extends NewRecord>(record: R, now: Date, lease: Lease): R {
  return { ...record, reviewedAt: now.toISOString(), lease };
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
    ...rest
  } = withoutWaiting(released(record));
  return { ...rest, attempts: 0 };
}

/** Leaves a held connection as it is until then. */
export function postponed(record: ConnectionRecord, until: string): ConnectionRecord {
  return { ...released(record), nextAt: until };
}

/** What Azure showed of the connection: it is there. */
export function shown(
  record: ConnectionRecord,
  { state, endpointId }: { readonly state: string; readonly endpointId?: string },
): ConnectionRecord {
  const { missingSince: _, ...rest } = record;
  return { ...rest, state, ...(endpointId === undefined ? {} : { endpointId }) };
}

/** Azure says that there is no such connection, for the first time. */
export function missing(record: ConnectionRecord, now: Date): ConnectionRecord {
  return { ...record, missingSince: now.toISOString() };
}

/**
 * Puts an attempt off that ended in a difficulty. A write that is under way goes on being waited for. A wait that Azure asked for
 * is never shortened: the attempt may have begun during it, by an event.
 */
export function putOff(
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
  return { ...outOfLine(released(record)), waitingSince, difficulty, nextAt: plusMs(now, waitMs) };
}

/** Azure took the PUT, and named the operation to follow. */
export function accepted(record: ConnectionRecord, write: PendingWrite): ConnectionRecord {
  return { ...record, write, waitingSince: write.sentAt };
}

/** Since when Azure is waited for: time in the queue is no time that Azure was busy. */
export function azureSince({ queuedAt, waitingSince }: ConnectionRecord, now: Date): string {
  return queuedAt === undefined && waitingSince !== undefined ? waitingSince : now.toISOString();
}

function outOfLine({ queuedAt: _, ...record }: ConnectionRecord): ConnectionRecord {
  return record;
}

/** Waits neither for Azure nor for its turn. */
function withoutWaiting(record: ConnectionRecord): ConnectionRecord {
  const { write: _, waitingSince: _since, queuedAt: _queued, slow: _slow, ...rest } = record;
  return rest;
}
