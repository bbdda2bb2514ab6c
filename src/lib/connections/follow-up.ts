import type { ConnectionRecord } from "./record.ts";
import { NotQueued } from "./review-queue.ts";
import type { ReviewServices } from "./review.ts";

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
  if (isInTurn(after) || !(isInTurn(before) || hadItsTurn(after))) return;
  const next = await ledger.nextInLine(id.service);
  if (next !== undefined) await send(services, next, marginMs);
}

/** Whether it is being written, or waits with its service's place for a write, or for its turn: somebody may be behind it. */
function isInTurn({ phase, write, waitingSince }: ConnectionRecord): boolean {
  return phase !== "Failed" && (write !== undefined || waitingSince !== undefined);
}

/** Whether it was to be written in this attempt, and so had its service's place, if only for a moment. */
function hadItsTurn({ action, restrained, phase }: ConnectionRecord): boolean {
  const isWritten = action === "approve" || action === "reject";
  return restrained === "approvals" || (isWritten && (phase === "Applied" || phase === "Failed"));
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
