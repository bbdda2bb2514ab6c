import { isDue, plusMs, type Clock } from "../clock.ts";
import type { Writing } from "./ledger.ts";
import type { ConnectionRecord } from "./record.ts";
import { released } from "./released.ts";
import type { ReviewServices } from "./review.ts";
import { fail } from "./later.ts";

type Services = Pick<ReviewServices, "ledger" | "clock">;

const minuteMs = 60_000;
/**
 * How long is waited: as Azure says, an hour at most, and for a write that is under way ten minutes, since an operation took three
 * at most where it was recorded; else for longer and longer.
 */
const wait = {
  busy: { min: 5_000, max: 60 * minuteMs },
  underWay: { min: 5_000, max: 10 * minuteMs },
  unsaid: { min: 10_000, max: 5 * minuteMs },
} as const;
/**
 * The place for a write outlasts the wait by this, so that who waits with it finds it still there: two sweeps and a review, where
 * the queue brings nothing.
 */
const graceMs = 15 * minuteMs;
/** Azure's own changes of a service may take hours; after a day a person is told. */
const waitingMaxMs = 24 * 60 * minuteMs;
/** Whoever is before it wakes it up; this is for when that went wrong. */
const queueMs = 10 * minuteMs;

/** Whether there is nothing to do before `nextAt`: Azure is at work, or another connection of the service is. */
export function isWaiting({ waitingSince, nextAt }: ConnectionRecord, now: Date): boolean {
  return waitingSince !== undefined && !isDue(nextAt, now);
}

/**
 * Keeps a connection, and its service's place for a write, until Azure may be ready: when Azure says, else after longer and
 * longer. Waiting is not failing; only a whole day of it is.
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
  const waitedMs = now.getTime() - Date.parse(waitingSince);
  if (waitedMs >= waitingMaxMs) return fail(services, record, `${difficulty}, for a day`);
  const said = record.write === undefined ? wait.busy : wait.underWay;
  const waitMs = retryAfterMs === undefined ? within(wait.unsaid, waitedMs) : within(said, retryAfterMs);
  const waiting = { ...withoutQueue(released(record, waitMs, clock)), waitingSince, difficulty };
  const saved = await ledger.saveWriting(waiting, plusMs(now, waitMs + graceMs));
  return saved ?? ledger.save(waiting);
}

/** Since when Azure is waited for: time in the queue is no time that Azure was busy. */
export function azureSince({ queuedAt, waitingSince }: ConnectionRecord, now: Date): string {
  return queuedAt === undefined && waitingSince !== undefined ? waitingSince : now.toISOString();
}

function within({ min, max }: { readonly min: number; readonly max: number }, ms: number): number {
  return Math.min(max, Math.max(min, ms));
}

/** Whether another connection of the service is being written, so that this one has to wait for its turn. */
export function isTaken(writing: Writing | undefined, { id }: ConnectionRecord, clock: Clock): boolean {
  return writing !== undefined && writing.connection !== id.text && !isDue(writing.until, clock.now());
}

/** The record of a connection that is decided, and written when those before it are. */
export function inQueue(record: ConnectionRecord, clock: Clock): ConnectionRecord {
  const { write: _, ...rest } = released(record, queueMs, clock);
  const now = clock.now().toISOString();
  return {
    ...rest,
    phase: "Decided",
    queuedAt: record.queuedAt ?? now,
    waitingSince: record.waitingSince ?? now,
    difficulty: "other connections of the service are written before it, since Azure takes one at a time",
  };
}

/** The record, as soon as it waits for others no more. */
export function withoutQueue({ queuedAt: _, ...record }: ConnectionRecord): ConnectionRecord {
  return record;
}
