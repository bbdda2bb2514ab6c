import type { OpenBreaker } from "../breakers/open-breaker.ts";
import { plusMs } from "../../clock.ts";
import { hourlyMs } from "../review-delays.ts";
import type { Connection, FinalState } from "../azure-connections.ts";
import type { ConnectionId } from "../../azure/resource-id.ts";
import { atRest } from "./approval-changes.ts";
import {
  azureSince,
  dequeued,
  finished,
  released,
  withDecision,
  withoutWaiting,
  type NewRecord,
} from "./changes.ts";
import { phases, type ConnectionRecord, type Decision, type Link, type Phase } from "./connection-record.ts";

/**
 * The changes of a record's phase: pure functions from a record to the next one, one for each event of the table of
 * phases in docs/architecture.md, which a test compares with this file. The changes that leave the phase as it is are
 * in `changes.ts`. Saving a record, the entry in the audit chain and the alerts are the caller's work.
 */

const evaluated = phases.filter((phase) => phase !== "Applying");

/** The phases from which each event may lead. Any other is a bug, and nothing may be stored after one. */
const from = {
  replaced: phases,
  awaitingAudit: ["Seen", "Applied", "Gone", "Adopted", "Overridden", "Revoked"],
  decided: evaluated,
  held: evaluated,
  inLine: ["Decided", "Failed"],
  applying: ["Decided", "Failed"],
  writeEnded: ["Seen", "Applying", "Failed"],
  applied: ["Decided", "Applying", "Held", "Failed"],
  failed: phases,
  gone: phases,
  adopted: ["Seen", "Applied", "Gone", "Adopted", "Overridden", "Revoked"],
  revoked: ["Decided", "Applying", "Failed"],
  kept: ["Decided", "Failed"],
  overridden: ["Decided", "Applying", "Applied", "Held", "Failed"],
} satisfies Readonly<Record<string, readonly Phase[]>>;

/** @throws where no such event can happen to a record in this phase */
function requireFrom(event: keyof typeof from, { id, phase }: ConnectionRecord): void {
  const allowed: readonly Phase[] = from[event];
  if (!allowed.includes(phase))
    throw new Error(`${id.text} is ${phase}, from which "${event}" cannot follow`);
}

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
 * Starts over for another endpoint that uses the name of the one before. A write that is under way affects the
 * connection that has the name now, so it is still followed.
 */
export function replaced(record: ConnectionRecord, now: Date): ConnectionRecord {
  requireFrom("replaced", record);
  const { id, version, lease, reviewedAt, write } = record;
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
  requireFrom("awaitingAudit", record);
  return { ...record, phase: "Seen" };
}

export function decided(record: ConnectionRecord, entry: Decision & Link): ConnectionRecord {
  requireFrom("decided", record);
  return { ...withDecision(record, entry), phase: "Decided" };
}

/**
 * A connection that waits: for a person, for a fact, or until a breaker closes. What it met before, such as other
 * writes in its way, is not why it waits now.
 */
export function held(
  record: ConnectionRecord,
  now: Date,
  reason: string,
  breaker?: Pick<OpenBreaker, "name" | "until">,
): ConnectionRecord {
  requireFrom("held", record);
  const {
    difficulty: _,
    failedWith: _failed,
    restrained: _restrained,
    term: _term,
    revocation: _revocation,
    ...rest
  } = withoutWaiting(released(record));
  const next = { ...rest, phase: "Held" as const, attempts: 0, reason };
  return breaker === undefined
    ? { ...next, nextAt: plusMs(now, hourlyMs) }
    : { ...next, restrained: breaker.name, nextAt: breaker.until };
}

/** A decided connection that waits until those before it are written: Azure takes one write of a service at a time. */
export function inLine(record: ConnectionRecord, now: Date, untilMs: number): ConnectionRecord {
  requireFrom("inLine", record);
  const { write: _, waitsForPermit: _permit, ...rest } = released(record);
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

/**
 * Recorded before the PUT is sent, so that a crash in between leaves a write that the next attempt looks for. The time
 * of an earlier wait must not put that attempt off.
 */
export function applying(record: ConnectionRecord, now: Date, reason: string): ConnectionRecord {
  requireFrom("applying", record);
  const waitingSince = azureSince(record, now);
  const { nextAt: _, ...rest } = dequeued(record);
  return {
    ...rest,
    phase: "Applying",
    reason,
    write: { sentAt: now.toISOString() },
    waitingSince,
  };
}

/**
 * The PUT ended without effect, or counts as lost: the decision is to be applied again. A record that was started over
 * while the PUT was under way has no decision yet, and keeps its phase.
 */
export function writeEnded(record: ConnectionRecord): ConnectionRecord {
  requireFrom("writeEnded", record);
  const { write: _, ...rest } = record;
  return rest.phase === "Seen" ? rest : { ...rest, phase: "Decided" };
}

export function applied(record: ConnectionRecord, state: FinalState | undefined): ConnectionRecord {
  requireFrom("applied", record);
  return { ...atRest(record), phase: "Applied", ...(state === undefined ? {} : { state }) };
}

/** Azure refuses, or too many attempts in a row ended in a difficulty. A write that may be under way stays known. */
export function failed(record: ConnectionRecord, now: Date, difficulty: string): ConnectionRecord {
  requireFrom("failed", record);
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
  requireFrom("gone", record);
  const { state: _, ...rest } = finished(record);
  return { ...rest, phase: "Gone", reason };
}

/** Reached its state without us, and is left as it was found. */
export function adopted(record: ConnectionRecord, reason: string): ConnectionRecord {
  requireFrom("adopted", record);
  return { ...finished(record), phase: "Adopted", reason };
}

export function overridden(record: ConnectionRecord, state: string, reason: string): ConnectionRecord {
  requireFrom("overridden", record);
  return { ...finished(record), phase: "Overridden", state, reason };
}

/** Azure shows that an approval was taken back. */
export function revoked(record: ConnectionRecord): ConnectionRecord {
  requireFrom("revoked", record);
  return { ...finished(record), phase: "Revoked", state: "Rejected" };
}

/** The policy does not reject it any more, or may not revoke it: it is what it was before. */
export function kept(record: ConnectionRecord): ConnectionRecord {
  requireFrom("kept", record);
  const { decisionId: _, decidedAt: _at, action: _action, person: _person, ...rest } = finished(record);
  return atRest({ ...rest, ...(record.revocation?.before ?? { phase: "Adopted" }) });
}
