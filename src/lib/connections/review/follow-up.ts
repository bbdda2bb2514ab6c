import { isDue, minuteMs } from "../../clock.ts";
import type { ConnectionRecord } from "../record/connection-record.ts";
import { NotQueued } from "../review-queue.ts";
import type { ReviewServices } from "./ports.ts";

/** A review due later than this is left to the sweep. */
const soonMs = 10 * minuteMs;
/** Keeps a message from arriving just before its time, when the review would be postponed again. */
const marginMs = 1_000;

/**
 * Queues the reviews that follow from one: of the same connection, if it is due soon, and of the next in line, if the
 * service's write lock is free again.
 */
export async function followUp(
  services: Pick<ReviewServices, "clock" | "ledger" | "log" | "reviewQueue">,
  before: ConnectionRecord,
  after: ConnectionRecord,
): Promise<void> {
  const { clock, ledger } = services;
  const { id, nextAt } = after;
  const delayMs = nextAt === undefined ? Infinity : Date.parse(nextAt) - clock.now().getTime();
  const isNew = nextAt !== before.nextAt && after.queuedAt === undefined;
  if (isNew && delayMs <= soonMs) await send(services, id, Math.max(0, delayMs) + marginMs);
  if (!(mayHoldWriteLock(before) || mayHaveHeldWriteLock(after)) || (await blocksLine(services, after)))
    return;
  const next = await ledger.nextInLine(id.service);
  if (next !== undefined) await send(services, next.id, marginMs);
}

/** Whether it is being written, or waits with the write lock or for it, so that others may wait behind it. */
function mayHoldWriteLock({ phase, write, waitingSince }: ConnectionRecord): boolean {
  return write !== undefined || (phase !== "Failed" && waitingSince !== undefined);
}

/**
 * Whether the next in line cannot be written yet: this one is being written, is in line itself, or holds the write
 * lock, or another connection does.
 */
async function blocksLine(
  { clock, ledger }: Pick<ReviewServices, "clock" | "ledger">,
  after: ConnectionRecord,
): Promise<boolean> {
  if (after.write !== undefined || after.queuedAt !== undefined) return true;
  if (after.restrained !== "approvals" && !mayHoldWriteLock(after)) return false;
  const { writeLock } = await ledger.head(after.id.service);
  return writeLock !== undefined && !isDue(writeLock.until, clock.now());
}

/** Whether this attempt tried to write it, and so may have held the write lock for a moment. */
function mayHaveHeldWriteLock({ action, restrained, phase, waitingSince }: ConnectionRecord): boolean {
  const isToBeWritten = action !== undefined && action !== "none";
  const isOver =
    phase === "Applied" || phase === "Revoked" || phase === "Failed" || waitingSince !== undefined;
  return restrained === "approvals" || (isToBeWritten && isOver);
}

async function send(
  { log, reviewQueue }: Pick<ReviewServices, "log" | "reviewQueue">,
  id: ConnectionRecord["id"],
  delayMs: number,
): Promise<void> {
  try {
    await reviewQueue.sendLater(id, delayMs);
  } catch (error) {
    if (!(error instanceof NotQueued)) throw error;
    // The review is only delayed: the next sweep finds it open.
    log.warn("a review could not be queued for its scheduled time", { connection: id.text });
  }
}
