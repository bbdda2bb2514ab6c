import { alert, type Alert } from "../alerts/alert.ts";
import type { AppState } from "../alerts/app-state.ts";
import { isDue, plusMs, type Clock } from "../clock.ts";

/** The row of a timer that goes through everything governed: who is at it, how far it has come, and when one last came to its end. */
export interface Run {
  readonly owner: string;
  readonly startedAt: string;
  /** Until when nobody else may go. */
  readonly leaseUntil: string;
  /** The inventory's page to go on with; undefined where one is to begin. */
  readonly from?: string;
  /** Until when subscriptions were listed whose turn had come; see `rotation`. */
  readonly listedUntil?: string;
  readonly endedAt?: string;
  /** How long it is from one to the next. */
  readonly periodMs: number;
  /** The end, or the first start, after which people were told that none came to its end. */
  readonly overdueTold?: string;
}

/** What runs: its row, what the alert is about that none came to its end, and what that one says. */
export interface Runs {
  readonly row: string;
  readonly subject: string;
  readonly overdue: (since: string) => string;
}

/** Longer than the longest stretch between two checkpoints: one page of the inventory, and what is compared with it. */
const leaseMs = 3 * 60_000;
/** One that could not go on for longer than this begins anew: Resource Graph forgets where it was. */
const resumeMs = 30 * 60_000;
/** None came to its end in so many periods: the design's promise is broken, and a person is told. */
const overduePeriods = 3;

/** Takes the lease; undefined while another has it. Tells where none has ended for too long. */
export async function beginRun(
  { row, subject, overdue }: Runs,
  state: AppState,
  clock: Clock,
  owner: string,
  periodMs: number,
): Promise<Run | undefined> {
  const now = clock.now();
  const run = await state.update<Run>(row, (found) => {
    if (found !== undefined && !isDue(found.leaseUntil, now)) return undefined;
    const { from, ...rest } = found ?? { startedAt: now.toISOString() };
    const resumes = from !== undefined && !isDue(plusMs(new Date(rest.startedAt), resumeMs), now);
    const begun: Run = {
      ...rest,
      ...(resumes ? { from } : { startedAt: now.toISOString() }),
      owner,
      leaseUntil: plusMs(now, leaseMs),
      periodMs,
    };
    const since = overdueSince(found, now);
    if (since === undefined || since === found?.overdueTold) return { value: begun };
    const told = sweepOverdue(subject, since, overdue(since), now);
    return { value: { ...begun, overdueTold: since }, alerts: [told] };
  });
  return run?.owner === owner ? run : undefined;
}

/** Keeps the lease and what was reached; undefined where somebody else took over, and this one has to stop. */
export function saveRun({ row }: Runs, state: AppState, clock: Clock, run: Run): Promise<Run | undefined> {
  let lost = false;
  return state
    .update<Run>(row, (found) => {
      lost = found?.owner !== run.owner;
      return lost ? undefined : { value: { ...run, leaseUntil: plusMs(clock.now(), leaseMs) } };
    })
    .then((saved) => (lost ? undefined : saved));
}

/** Gives the lease back. `ended` is whether the whole inventory was seen. */
export async function endRun(
  { row }: Runs,
  state: AppState,
  clock: Clock,
  run: Run,
  ended: boolean,
): Promise<void> {
  const now = clock.now().toISOString();
  const { from: _, overdueTold: _told, ...rest } = run;
  const left = ended ? { ...rest, endedAt: now } : run;
  await state.update<Run>(row, (found) =>
    found?.owner === run.owner ? { value: { ...left, leaseUntil: now } } : undefined,
  );
}

/** The instant after which none came to its end for too long; undefined where all is well. */
export function overdueSince(run: Run | undefined, now: Date): string | undefined {
  if (run === undefined) return undefined;
  const last = run.endedAt ?? run.startedAt;
  return isDue(plusMs(new Date(last), overduePeriods * run.periodMs), now) ? last : undefined;
}

function sweepOverdue(subject: string, since: string, reason: string, now: Date): Alert {
  return alert("Drawbridge.SweepOverdue", subject, since, now.toISOString(), { since, reason });
}
