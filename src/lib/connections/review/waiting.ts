import { isDue, plusMs } from "../../clock.ts";
import { connectionSlow } from "../connection-alerts.ts";
import { outcomeOf } from "./schedule-retry.ts";
import type { ConnectionRecord } from "../record/record.ts";
import { heldAgainMs, released } from "../record/released.ts";
import type { ReviewServices } from "./review-services.ts";

type Services = Pick<ReviewServices, "ledger" | "clock">;

const minuteMs = 60_000;
/**
 * The least and the most until the next look: where Azure is busy and says for how long; where it says so of a write that is under
 * way (recorded operations took three minutes at most); where it says nothing, so that each wait is longer than the one before;
 * and once people were told that it is slow.
 */
const wait = {
  busy: { min: 5_000, max: 60 * minuteMs },
  underWay: { min: 5_000, max: 10 * minuteMs },
  unsaid: { min: 10_000, max: 5 * minuteMs },
  slow: { min: heldAgainMs, max: heldAgainMs },
} as const;
/**
 * The place for a write outlasts the wait by this, so that the connection still has it at its next look, even where the queue loses
 * that message and a sweep has to bring it: two sweeps and a review.
 */
const graceMs = 15 * minuteMs;
/**
 * After so long people are told once, and waiting goes on: Azure's own changes of a service, and the writes of its other connections,
 * may take hours. A write under way is slow much sooner: recorded operations took three minutes at most.
 */
const slowMs = { waiting: 24 * 60 * minuteMs, underWay: 60 * minuteMs } as const;
/** The connection that is written before this one queues its review; this is for when that message is lost. */
const queueMs = 10 * minuteMs;

/** Whether there is nothing to do before `nextAt`: Azure is at work, or another connection of the service is. */
export function isWaiting({ waitingSince, nextAt }: ConnectionRecord, now: Date): boolean {
  return waitingSince !== undefined && !isDue(nextAt, now);
}

/**
 * Keeps a connection, and its service's place for a write, until Azure may be ready: when Azure says, else after longer and
 * longer. Waiting is not failing, however long it takes.
 */
export async function waitForAzure(
  services: Services,
  record: ConnectionRecord,
  difficulty: string,
  retryAfterMs?: number,
): Promise<ConnectionRecord> {
  const { clock, ledger } = services;
  const now = clock.now();
  const waitingSince = azureSince(record, now);
  const waitMs = within(
    paceOf(record, retryAfterMs),
    retryAfterMs ?? now.getTime() - Date.parse(waitingSince),
  );
  const waiting = await alertIfSlow(services, {
    ...withoutQueue(released(record, waitMs, clock)),
    waitingSince,
    difficulty,
  });
  return (await ledger.saveWithWriteLock(waiting, plusMs(now, waitMs + graceMs))) ?? ledger.save(waiting);
}

function paceOf({ write, slow }: ConnectionRecord, retryAfterMs: number | undefined) {
  if (write === undefined && slow?.toldAt !== undefined) return wait.slow;
  if (retryAfterMs === undefined) return wait.unsaid;
  return write === undefined ? wait.busy : wait.underWay;
}

/** The waiting record, since when it waits included. Alerts once where that is too long. */
async function alertIfSlow({ clock, ledger }: Services, record: ConnectionRecord): Promise<ConnectionRecord> {
  const now = clock.now();
  const { write, difficulty = "it waits", slow = { since: now.toISOString() } } = record;
  const waiting = { ...record, slow };
  if (slow.toldAt !== undefined) return waiting;
  const isPast = (since: string | undefined, ms: number) =>
    since !== undefined && isDue(plusMs(new Date(since), ms), now);
  const afterADay = isPast(slow.since, slowMs.waiting);
  if (!afterADay && !(write?.seenAt !== undefined && isPast(write.sentAt, slowMs.underWay))) return waiting;
  const reason = `not done after ${afterADay ? "a day" : "an hour"}: ${difficulty}`;
  return ledger.append(record, { ...outcomeOf(record, reason), slow: true }, (entry) => ({
    record: { ...waiting, slow: { ...slow, toldAt: now.toISOString() } },
    alerts: [connectionSlow(entry, reason)],
  }));
}

/** Since when Azure is waited for: time in the queue is no time that Azure was busy. */
export function azureSince({ queuedAt, waitingSince }: ConnectionRecord, now: Date): string {
  return queuedAt === undefined && waitingSince !== undefined ? waitingSince : now.toISOString();
}

function within({ min, max }: { readonly min: number; readonly max: number }, ms: number): number {
  return Math.min(max, Math.max(min, ms));
}

/** Puts a decided connection in line: it is written when those before it are. */
export async function waitInLine(services: Services, record: ConnectionRecord): Promise<ConnectionRecord> {
  const { clock, ledger } = services;
  const { write: _, ...rest } = released(record, queueMs, clock);
  const now = clock.now().toISOString();
  const waiting = await alertIfSlow(services, {
    ...rest,
    phase: "Decided",
    queuedAt: record.queuedAt ?? now,
    waitingSince: record.waitingSince ?? now,
    difficulty: "other connections of the service are written before it, since Azure takes one at a time",
  });
  return ledger.save(waiting);
}

/** The record of a connection that is no longer in line. */
export function withoutQueue({ queuedAt: _, ...record }: ConnectionRecord): ConnectionRecord {
  return record;
}
