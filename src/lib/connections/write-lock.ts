import { isDue, type Clock } from "../clock.ts";
import type { WriteLock } from "./ledger.ts";
import type { ConnectionRecord } from "./record/record.ts";

/** Whether another connection of the service holds the write lock, so that this one has to wait for its turn. */
export function isLockedByAnother(
  lock: WriteLock | undefined,
  { id }: Pick<ConnectionRecord, "id">,
  clock: Clock,
): boolean {
  return lock !== undefined && lock.connection !== id.text && !isDue(lock.until, clock.now());
}
