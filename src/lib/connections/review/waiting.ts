import { slowReason } from "../../alerts/reasons-of-connections.ts";
import { dayMs, hasElapsed, hourMs, isDue, minuteMs, plusMs } from "../../clock.ts";
import { hourlyMs } from "../review-delays.ts";
import { connectionSlow } from "../connection-alerts.ts";
import { outcomeOf } from "../record/outcome.ts";
import type { ConnectionRecord } from "../record/connection-record.ts";
import { azureSince, slowReported, unappliedSince, waitingForAzure } from "../record/changes.ts";
import { inLine } from "../record/transitions.ts";
import type { ReviewServices } from "./ports.ts";

type Services = Pick<ReviewServices, "ledger" | "clock">;

/**
 * Minimum and maximum delay until the next review: where Azure is busy and says for how long; where it says so of a
 * write that is under way (recorded operations took three minutes at most); where it says nothing, so that each wait is
 * longer than the one before; and after the alert that it is slow.
 */
const wait = {
  busy: { min: 5_000, max: hourMs },
  underWay: { min: 5_000, max: 10 * minuteMs },
  unspecified: { min: 10_000, max: 5 * minuteMs },
  slow: { min: hourlyMs, max: hourlyMs },
} as const;
/**
 * The write lock outlasts the wait by this, so that the connection still holds it at its next review, even where the
 * queue loses that message and a sweep has to find it: two sweeps and a review.
 */
const graceMs = 15 * minuteMs;
/**
 * The time after which an alert says once that it is slow, and waiting goes on: Azure's own changes of a service, and
 * the writes of its other connections, may take hours. A write under way is slow much sooner: recorded operations took
 * three minutes at most.
 */
const slowMs = { waiting: dayMs, underWay: hourMs } as const;
/** The connection that is written before this one queues its review; this is for when that message is lost. */
const lineMs = 10 * minuteMs;

/**
 * Whether there is nothing to do before `nextAt`, because Azure or another connection of the service is being waited
 * for.
 */
export function isWaiting({ waitingSince, nextAt }: ConnectionRecord, now: Date): boolean {
  return waitingSince !== undefined && !isDue(nextAt, now);
}

/**
 * Keeps a connection, and its service's write lock, until Azure may be ready: when Azure says, else after longer and
 * longer waits. Waiting is not failing, however long it takes.
 */
export async function waitForAzure(
  services: Services,
  record: ConnectionRecord,
  difficulty: string,
  retryAfterMs?: number,
): Promise<ConnectionRecord> {
  const { clock, ledger } = services;
  const now = clock.now();
  const soFarMs = now.getTime() - Date.parse(azureSince(record, now));
  const waitMs = within(limitsOf(record, retryAfterMs), retryAfterMs ?? soFarMs);
  const waiting = await alertIfSlow(services, waitingForAzure(record, now, { difficulty, waitMs }));
  return (await ledger.saveWithWriteLock(waiting, plusMs(now, waitMs + graceMs))) ?? ledger.save(waiting);
}

/** Puts a decided connection in line: it is written when those before it are. */
export async function waitInLine(services: Services, record: ConnectionRecord): Promise<ConnectionRecord> {
  const next = inLine(record, services.clock.now(), lineMs);
  return services.ledger.save(await alertIfSlow(services, next));
}

function limitsOf({ write, slow }: ConnectionRecord, retryAfterMs: number | undefined) {
  if (write === undefined && slow?.toldAt !== undefined) return wait.slow;
  if (retryAfterMs === undefined) return wait.unspecified;
  return write === undefined ? wait.busy : wait.underWay;
}

/** The waiting record, with the time since when it waits. Alerts once where that is too long. */
async function alertIfSlow({ clock, ledger }: Services, record: ConnectionRecord): Promise<ConnectionRecord> {
  const now = clock.now();
  const { write, difficulty = "it waits" } = record;
  const waiting = unappliedSince(record, now);
  const { slow } = waiting;
  if (slow.toldAt !== undefined) return waiting;
  const isPast = (since: string | undefined, ms: number) => since !== undefined && hasElapsed(ms, since, now);
  const afterADay = isPast(slow.since, slowMs.waiting);
  if (!afterADay && !(write?.seenAt !== undefined && isPast(write.sentAt, slowMs.underWay))) return waiting;
  const reason = slowReason(afterADay ? "a day" : "an hour", difficulty);
  return ledger.append(record, { ...outcomeOf(record, reason), slow: true }, (entry) => ({
    record: slowReported(waiting, now),
    alerts: [connectionSlow(entry, reason)],
  }));
}

function within({ min, max }: { readonly min: number; readonly max: number }, ms: number): number {
  return Math.min(max, Math.max(min, ms));
}
