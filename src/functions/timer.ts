import type { Timer } from "@azure/functions";

const minuteMs = 60_000;

/** How long it is to the next run, by the schedule: between a minute and a day, whatever a hand-made call says. */
export function periodOf(timer: Partial<Timer> | undefined, now: Date): number {
  const next = Date.parse(timer?.scheduleStatus?.next ?? "");
  const periodMs = Number.isNaN(next) ? 5 * minuteMs : next - now.getTime();
  return Math.min(24 * 60 * minuteMs, Math.max(minuteMs, periodMs));
}
