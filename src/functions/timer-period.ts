import type { Timer } from "@azure/functions";

const minuteMs = 60_000;

/** Time to the next scheduled run, in ms: at least a minute and at most a day, whatever a manual call sends. */
export function periodOf(timer: Partial<Timer> | undefined, now: Date): number {
  const next = Date.parse(timer?.scheduleStatus?.next ?? "");
  const periodMs = Number.isNaN(next) ? 5 * minuteMs : next - now.getTime();
  return Math.min(24 * 60 * minuteMs, Math.max(minuteMs, periodMs));
}
