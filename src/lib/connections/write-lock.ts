import { isDue, minuteMs, type Clock } from "../clock.ts";
import type { WriteLock } from "./ledger.ts";
import type { ConnectionRecord } from "./record/connection-record.ts";
import { hourlyMs } from "./review-delays.ts";

/** How long a service's write lock lasts if this process ends without releasing it. */
export const writeLockMs = {
  /** From acquiring it: longer than it may take to begin a write. */
  acquire: 3 * minuteMs,
  /** From the write: long enough for a later attempt to read its outcome. */
  write: 15 * minuteMs,
  /** For a write that Azure does not end: until its next review, and as long again as a write. */
  failed: hourlyMs + 15 * minuteMs,
} as const;

/** Whether another connection of the service holds the write lock, so that this one has to wait for its turn. */
export function isLockedByAnother(
  lock: WriteLock | undefined,
  { id }: Pick<ConnectionRecord, "id">,
  clock: Clock,
): boolean {
  return lock !== undefined && lock.connection !== id.text && !isDue(lock.until, clock.now());
}
