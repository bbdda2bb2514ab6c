import type { Timer } from "@azure/functions";
import { dayMs, minuteMs } from "../lib/clock.ts";

/** Time to the next scheduled run, in ms: at least a minute and at most a day, whatever a manual call sends. */
export function periodOf(timer: Partial<Timer> | undefined, now: Date): number {
  const next = Date.parse(timer?.scheduleStatus?.next ?? "");
  const periodMs = Number.isNaN(next) ? 5 * minuteMs : next - now.getTime();
  return Math.min(dayMs, Math.max(minuteMs, periodMs));
}
