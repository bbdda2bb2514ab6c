import { alert } from "../alerts/alert.ts";
import type { Announcements } from "../alerts/announce.ts";
import type { AppState } from "../app-state.ts";
import { isDue, plusMs, type Clock } from "../clock.ts";
import type { Run, ScanKind } from "./run-row.ts";

/** What goes through everything by a timer, and how far apart its runs are at most, by the timer's schedule. */
export interface Timed extends ScanKind {
  readonly periodMs: number;
}

/** None came to its end in so many periods: the design's promise is broken, and a person is told. */
const overduePeriods = 3;
/** How often a process looks; each does, so that one that is at work is enough. */
const checkEveryMs = 60_000;

/**
 * When the app first ran on this state. It is remembered there and never changes: a process may end, again and again,
 * before it could tell that a timer never ran.
 */
export async function firstStart(state: AppState, clock: Clock): Promise<string> {
  const at = clock.now().toISOString();
  const found = await state.update<{ readonly at: string }>("first-start", (known) =>
    known === undefined ? { value: { at } } : undefined,
  );
  return found?.at ?? at;
}

/**
 * The end, or else the app's first start, after which none came to its end for too long; undefined where all is well.
 * A run knows how long it was to the next; of one that never began the schedule tells how long it may be.
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
  return isDue(plusMs(new Date(last), overduePeriods * periodMs), now) ? last : undefined;
}

/** Writes the alert that none came to its end for too long, once for each end; whether it is new. */
export async function reportOverdue(
  { row, subject, overdue, periodMs }: ScanKind & Partial<Timed>,
  state: AppState,
  clock: Clock,
): Promise<boolean> {
  const [run, startedAt] = await Promise.all([state.read<Run>(row), firstStart(state, clock)]);
  const now = clock.now();
  const since = overdueSince(run, startedAt, periodMs, now);
  if (since === undefined) return false;
  const data = { since, reason: overdue(since) };
  const told = alert("Drawbridge.SweepOverdue", subject, since, now.toISOString(), data);
  let isNew = false;
  await state.update<{ readonly since: string }>(`overdue-${subject}`, (found) => {
    isNew = found?.since !== since;
    return isNew ? { value: { since }, alerts: [told] } : undefined;
  });
  return isNew;
}

/** Looks whether any timer is overdue, and tells of it: whoever is at work tells of those that are not. */
export interface TimerWatch {
  /** At once: for a timer, which nobody waits for. */
  checkNow(): Promise<void>;
  /** Once a minute, and not in a process's first: what a process was started for does not wait for it. */
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
