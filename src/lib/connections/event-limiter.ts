import type { ConnectionId, ServiceId } from "../azure/resource-id.ts";
import { minuteMs, type Clock } from "../clock.ts";

/**
 * Bounds what repeated events about one resource can cost: they are unsigned, so that anybody may send thousands that
 * name a real one, and each would take reads of the quota that real requests wait for. Events beyond the limit are left
 * to the sweeps: a connection with an open review is reviewed by the next one, which also finds what changed at a
 * service; what is held there, at its next time within the hour. Counted in this process.
 */
export interface EventLimiter {
  /** Whether an event may cause another review of this service or connection. Counts it if so. */
  admits(id: ConnectionId | ServiceId): boolean;
  /** Notes that all of a service was reviewed, on a read that began then. */
  wasRead(id: ServiceId, at: Date): void;
  /** Whether all of the service was reviewed on a read that began after an event arrived. */
  isRead(id: ServiceId, since: Date): boolean;
}

/**
 * An assumption, with room: a new connection should cause few events, over the minutes that an approval takes. A sweep
 * is the worst that too low a limit costs.
 */
const reviewsMax = { connection: 10, service: 20 } as const;
const windowMs = minuteMs;

export function eventLimiter(clock: Clock): EventLimiter {
  const admitted = new Map<string, readonly number[]>();
  const reads = new Map<string, number>();
  let forgottenAt = 0;
  /** Forgets what is older than the limits look back, so that no name stays in memory. */
  const forgetOld = (from: number) => {
    if (forgottenAt > from) return;
    forgottenAt = clock.now().getTime();
    for (const [text, times] of admitted) if ((times.at(-1) ?? 0) <= from) admitted.delete(text);
    for (const [text, at] of reads) if (at <= from) reads.delete(text);
  };
  return {
    admits: ({ kind, text }) => {
      const now = clock.now().getTime();
      const from = now - windowMs;
      forgetOld(from);
      const recent = (admitted.get(text) ?? []).filter((at) => at > from);
      if (recent.length >= reviewsMax[kind]) return false;
      admitted.set(text, [...recent, now]);
      return true;
    },
    wasRead: ({ text }, at) => reads.set(text, Math.max(at.getTime(), reads.get(text) ?? 0)),
    isRead: ({ text }, since) => (reads.get(text) ?? 0) > since.getTime(),
  };
}
