import { plusMs, type Clock } from "../../clock.ts";
import type { ConnectionRecord } from "./record.ts";

/** How long a held connection waits for its next look: what it waits for may change without any event. */
export const heldAgainMs = 60 * 60_000;

/** The record without our lease, and with the time of its next look where one is given. */
export function released(record: ConnectionRecord, nextMs?: number, clock?: Clock): ConnectionRecord {
  const { lease: _, ...rest } = record;
  return nextMs === undefined || clock === undefined
    ? rest
    : { ...rest, nextAt: plusMs(clock.now(), nextMs) };
}

/** The record of what waits neither for Azure nor for its turn. */
export function settled(record: ConnectionRecord): ConnectionRecord {
  const { write: _, waitingSince: _since, queuedAt: _queued, slow: _slow, ...rest } = record;
  return rest;
}

/** The record when nothing is left to do. */
export function finished(record: ConnectionRecord): ConnectionRecord {
  const { nextAt: _, difficulty: _difficulty, failedWith: _failed, ...rest } = released(settled(record));
  return { ...rest, attempts: 0 };
}
