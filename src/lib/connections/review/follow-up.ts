import type { ConnectionRecord } from "../record/record.ts";
import { NotQueued } from "../review-queue.ts";
import type { ReviewServices } from "./review-services.ts";

const minuteMs = 60_000;
/** What is later than this is in time for the sweep. */
const soonMs = 10 * minuteMs;
/** So that a message does not come a moment before its time, and is put off again. */
const marginMs = 1_000;

/**
 * Asks for the reviews that follow from one: of the same connection where it has a time soon, and of the next in line where
 * the service's place for a write is free again.
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
  if (!(isInTurn(before) || hadItsTurn(after)) || (await keepsPlace(ledger, after))) return;
  const next = await ledger.nextInLine(id.service);
  if (next !== undefined) await send(services, next.id, marginMs);
}

/** Whether it is being written, or waits with its service's place for a write, or for its turn: somebody may be behind it. */
function isInTurn({ phase, write, waitingSince }: ConnectionRecord): boolean {
  return write !== undefined || (phase !== "Failed" && waitingSince !== undefined);
}

/** Whether nobody's turn can come: it is being written, or stands in line itself, or waits with the place. */
async function keepsPlace(
  ledger: Pick<ReviewServices["ledger"], "head">,
  after: ConnectionRecord,
): Promise<boolean> {
  if (after.write !== undefined || after.queuedAt !== undefined) return true;
  if (!isInTurn(after)) return false;
  return (await ledger.head(after.id.service)).writeLock?.connection === after.id.text;
}

/** Whether it was to be written in this attempt, and so had its service's place, if only for a moment. */
function hadItsTurn({ action, restrained, phase, waitingSince }: ConnectionRecord): boolean {
  const isWritten = action === "approve" || action === "reject";
  const isOver = phase === "Applied" || phase === "Failed" || waitingSince !== undefined;
  return restrained === "approvals" || (isWritten && isOver);
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
    // It comes later: its mark is set, and the next sweep finds it.
    log.warn("a review could not be queued for its time", { connection: id.text });
  }
}
