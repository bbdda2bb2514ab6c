import { hasElapsed, isDue, minuteMs, plusMs } from "../../clock.ts";
import type { InLine, WriteLock } from "../ledger.ts";
import type { ConnectionRecord } from "../record/connection-record.ts";
import { writeLockMs } from "../write-lock.ts";
import { renewed } from "./claim.ts";
import type { ReviewServices } from "./ports.ts";

/**
 * The record with its service's write lock; undefined while another connection holds it, or has waited longer for it.
 * `lock` is the service's lock as it was last read.
 */
export async function acquireWriteLock(
  { clock, ledger }: ReviewServices,
  record: ConnectionRecord,
  lock: WriteLock | undefined,
): Promise<ConnectionRecord | undefined> {
  const now = clock.now();
  const isOurs = lock?.connection === record.id.text && !isDue(lock.until, now);
  const first = isOurs ? undefined : await ledger.nextInLine(record.id.service);
  if (first !== undefined && isBehind(record, first, now)) return undefined;
  return ledger.saveWithWriteLock(renewed(record, clock), plusMs(now, writeLockMs.acquire));
}

/** Three sweeps: a connection that waits in line is reviewed by the first of them. */
const forgottenMs = 15 * minuteMs;

/**
 * Whether another connection has waited longer and is still being reviewed: nothing waits for one that was forgotten.
 */
function isBehind({ id, queuedAt }: ConnectionRecord, first: InLine, now: Date): boolean {
  const isOther = first.id.text !== id.text && !hasElapsed(forgottenMs, first.until, now);
  return isOther && (queuedAt === undefined || first.queuedAt < queuedAt);
}
