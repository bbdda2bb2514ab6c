import { alert } from "../alerts/alert.ts";
import type { Announcements } from "../alerts/announce.ts";
import { appRows, type AppState } from "../app-state.ts";
import { hasElapsed, isDue, minuteMs, plusMs, type Clock } from "../clock.ts";
import type { Run, ScanKind } from "./scan-run-row.ts";

/** A scan that a timer starts, with the longest time between two of its runs by the timer's schedule. */
export interface Timed extends ScanKind {
  readonly periodMs: number;
}

/** A scan that has not completed for so many periods raises an alert. */
const overduePeriods = 3;
/** How often a process checks. Every process does, so that one running process is enough. */
const checkEveryMs = minuteMs;

/**
 * When the app first ran on this state. It is stored and never changes: a process may end, again and again, before it
 * could report that a timer never ran.
 */
export async function firstStart(state: AppState, clock: Clock): Promise<string> {
  const at = clock.now().toISOString();
  const found = await state.update<{ readonly at: string }>(appRows.firstStart, (known) =>
    known === undefined ? { value: { at } } : undefined,
  );
  return found?.at ?? at;
}

/**
 * The last completion, or else the first start of the app, if no scan has completed for too long since then; undefined
 * otherwise. A run stores its period. A scan that never ran has that of its schedule.
 */
export function overdueSince(
  run: Run | undefined,
  startedAt: string,
  scheduledMs: number | undefined,
  now: Date,
): string | undefined {
  const last = run?.endedAt ?? startedAt;
  const periodMs = run?.periodMs ?? scheduledMs;
  if (periodMs === undefined) return undefined;
  return hasElapsed(overduePeriods * periodMs, last, now) ? last : undefined;
}

/** Raises the alert that a scan is overdue, once for each last completion. Returns whether it is new. */
export async function reportOverdue(
  { row, subject, overdue, periodMs }: ScanKind & Partial<Timed>,
  state: AppState,
  clock: Clock,
): Promise<boolean> {
  const run = await state.read<Run>(row);
  // Only a scan that never completed is measured from the first start, which the check before its first run stores.
  const startedAt = run?.endedAt ?? (await firstStart(state, clock));
  const now = clock.now();
  const since = overdueSince(run, startedAt, periodMs, now);
  if (since === undefined) return false;
  const data = { since, reason: overdue(since) };
  const raised = alert("Drawbridge.SweepOverdue", subject, { version: since, time: now.toISOString(), data });
  let isNew = false;
  await state.update<{ readonly since: string }>(appRows.overdue(subject), (found) => {
    isNew = found?.since !== since;
    return isNew ? { value: { since }, alerts: [raised] } : undefined;
  });
  return isNew;
}

/**
 * Checks whether any timer is overdue and raises the alert. A function that still runs reports the timers that do not.
 */
export interface TimerWatch {
  /** Checks at once: for a timer, where no caller waits. */
  checkNow(): Promise<void>;
  /**
   * Checks at most once a minute, and not in the first minute of a process, so that its first request is not delayed.
   */
  check(): Promise<void>;
}

export function timerWatch(
  timers: readonly Timed[],
  { appState, clock, alerts }: { appState: AppState; clock: Clock; alerts: Announcements },
): TimerWatch {
  let nextAt = plusMs(clock.now(), checkEveryMs);
  async function checkNow(): Promise<void> {
    nextAt = plusMs(clock.now(), checkEveryMs);
    let isNew = false;
    for (const timer of timers) isNew = (await reportOverdue(timer, appState, clock)) || isNew;
    if (isNew) await alerts.announce("app");
  }
  return { checkNow, check: async () => (isDue(nextAt, clock.now()) ? checkNow() : undefined) };
}
