import type { Run, ScanKind } from "./run-row.ts";
import type { AppState } from "../app-state.ts";
import { isDue, plusMs, type Clock } from "../clock.ts";
import { reportOverdue } from "./overdue.ts";

/** Longer than the longest stretch between two checkpoints: one page of the inventory, and what is compared with it. */
const leaseMs = 3 * 60_000;
/** One that could not go on for longer than this begins anew: Resource Graph forgets where it was. */
const resumeMs = 30 * 60_000;

interface RunServices {
  readonly appState: AppState;
  readonly clock: Clock;
}

/** Takes the lease; undefined while another has it. Tells where none has ended for too long. */
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
    const resumes = from !== undefined && !isDue(plusMs(new Date(rest.startedAt), resumeMs), now);
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

/** Keeps the lease and what was reached; undefined where somebody else took over, and this one has to stop. */
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

/** Gives the lease back. `ended` is whether the whole inventory was seen. */
export async function endRun(
  { row }: ScanKind,
  { appState, clock }: RunServices,
  run: Run,
  ended: boolean,
): Promise<void> {
  const now = clock.now().toISOString();
  const { from: _, ...rest } = run;
  const left = ended ? { ...rest, endedAt: now } : run;
  await appState.update<Run>(row, (found) =>
    found?.owner === run.owner ? { value: { ...left, leaseUntil: now } } : undefined,
  );
}
