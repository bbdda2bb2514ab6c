import type { Run, ScanKind } from "./scan-run-row.ts";
import type { AppState } from "../app-state.ts";
import { hasElapsed, isDue, minuteMs, plusMs, type Clock } from "../clock.ts";
import { reportOverdue } from "./overdue.ts";

/** Longer than the time between two checkpoints: one page of the inventory and its comparisons. */
const leaseMs = 3 * minuteMs;
/** A run that was interrupted for longer than this starts again: Resource Graph drops its page tokens. */
const resumeMs = 30 * minuteMs;

interface RunServices {
  readonly appState: AppState;
  readonly clock: Clock;
}

/** Acquires the lease; undefined while another run has it. Also raises the alert if the scan is overdue. */
export async function beginRun(
  runs: ScanKind,
  { appState, clock, newId }: RunServices & { readonly newId: () => string },
  periodMs: number,
): Promise<Run | undefined> {
  await reportOverdue(runs, appState, clock);
  const now = clock.now();
  const owner = newId();
  const run = await appState.update<Run>(runs.row, (found) => {
    if (found !== undefined && !isDue(found.leaseUntil, now)) return undefined;
    const { from, ...rest } = found ?? { startedAt: now.toISOString() };
    const resumes = from !== undefined && !hasElapsed(resumeMs, rest.startedAt, now);
    const begun: Run = {
      ...rest,
      ...(resumes ? { from } : { startedAt: now.toISOString() }),
      owner,
      leaseUntil: plusMs(now, leaseMs),
      periodMs,
    };
    return { value: begun };
  });
  return run?.owner === owner ? run : undefined;
}

/** Renews the lease and stores the checkpoint; undefined if another run took over, so that this one has to stop. */
export async function saveRun(
  { row }: ScanKind,
  { appState, clock }: RunServices,
  run: Run,
): Promise<Run | undefined> {
  let lost = false;
  const saved = await appState.update<Run>(row, (found) => {
    lost = found?.owner !== run.owner;
    return lost ? undefined : { value: { ...run, leaseUntil: plusMs(clock.now(), leaseMs) } };
  });
  return lost ? undefined : saved;
}

/** Releases the lease. `ended` says whether the whole inventory was seen. */
export async function endRun(
  { row }: ScanKind,
  { appState, clock }: RunServices,
  run: Run,
  ended: boolean,
): Promise<void> {
  const now = clock.now().toISOString();
  const { from: _, ...rest } = run;
  const final = ended ? { ...rest, endedAt: now } : run;
  await appState.update<Run>(row, (found) =>
    found?.owner === run.owner ? { value: { ...final, leaseUntil: now } } : undefined,
  );
}
