import { alert, type Alert } from "../../alerts/alert.ts";
import type { AppState } from "../../alerts/app-state.ts";
import { isDue, plusMs, type Clock } from "../../clock.ts";

/** The row of the sweeps: who is at it, how far it has come, and when one last came to its end. */
export interface SweepRun {
  readonly owner: string;
  readonly startedAt: string;
  /** Until when nobody else may sweep. */
  readonly leaseUntil: string;
  /** The inventory's page to go on with; undefined where one is to begin. */
  readonly from?: string;
  /** Until when subscriptions were listed whose turn had come; see `own-reads`. */
  readonly listedUntil?: string;
  readonly endedAt?: string;
  /** How long it is from one sweep to the next. */
  readonly periodMs: number;
  /** The end, or the first start, after which people were told that no sweep came to its end. */
  readonly overdueTold?: string;
}

export const runRow = "run-connections";

/** Longer than the longest stretch between two checkpoints: one page of the inventory, and what is compared with it. */
const leaseMs = 3 * 60_000;
/** A sweep that could not go on for longer than this begins anew: Resource Graph forgets where it was. */
const resumeMs = 30 * 60_000;
/** No sweep came to its end in so many periods: the design's promise is broken, and a person is told. */
const overduePeriods = 3;

/** Takes the lease; undefined while another sweep has it. Tells where none has ended for too long. */
export async function beginRun(
  state: AppState,
  clock: Clock,
  owner: string,
  periodMs: number,
): Promise<SweepRun | undefined> {
  const now = clock.now();
  const run = await state.update<SweepRun>(runRow, (found) => {
    if (found !== undefined && !isDue(found.leaseUntil, now)) return undefined;
    const { from, ...rest } = found ?? { startedAt: now.toISOString() };
    const resumes = from !== undefined && !isDue(plusMs(new Date(rest.startedAt), resumeMs), now);
    const begun: SweepRun = {
      ...rest,
      ...(resumes ? { from } : { startedAt: now.toISOString() }),
      owner,
      leaseUntil: plusMs(now, leaseMs),
      periodMs,
    };
    const since = overdueSince(found, now);
    if (since === undefined || since === found?.overdueTold) return { value: begun };
    return { value: { ...begun, overdueTold: since }, alerts: [sweepOverdue(since, now)] };
  });
  return run?.owner === owner ? run : undefined;
}

/** Keeps the lease and what was reached; undefined where somebody else took over, and this sweep has to stop. */
export function saveRun(state: AppState, clock: Clock, run: SweepRun): Promise<SweepRun | undefined> {
  let lost = false;
  return state
    .update<SweepRun>(runRow, (found) => {
      lost = found?.owner !== run.owner;
      return lost ? undefined : { value: { ...run, leaseUntil: plusMs(clock.now(), leaseMs) } };
    })
    .then((saved) => (lost ? undefined : saved));
}

/** Gives the lease back. `ended` is whether the whole inventory was seen. */
export async function endRun(state: AppState, clock: Clock, run: SweepRun, ended: boolean): Promise<void> {
  const now = clock.now().toISOString();
  const { from: _, overdueTold: _told, ...rest } = run;
  const left = ended ? { ...rest, endedAt: now } : run;
  await state.update<SweepRun>(runRow, (found) =>
    found?.owner === run.owner ? { value: { ...left, leaseUntil: now } } : undefined,
  );
}

/** The instant after which no sweep came to its end for too long; undefined where all is well. */
export function overdueSince(run: SweepRun | undefined, now: Date): string | undefined {
  if (run === undefined) return undefined;
  const last = run.endedAt ?? run.startedAt;
  return isDue(plusMs(new Date(last), overduePeriods * run.periodMs), now) ? last : undefined;
}

function sweepOverdue(since: string, now: Date): Alert {
  return alert("Drawbridge.SweepOverdue", "sweep", since, now.toISOString(), {
    since,
    reason:
      `no sweep of the connections has come to its end since ${since}; what events missed is not found meanwhile. ` +
      "Check the timer sweepConnections and what the log says of the inventory",
  });
}
