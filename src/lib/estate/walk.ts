import type { AppState } from "../app-state.ts";
import { isDue, plusMs, type Clock } from "../clock.ts";
import type { Read } from "./read.ts";
import { saveRun } from "./run.ts";
import type { Run, Runs } from "./run-row.ts";

/** Well below the five minutes that a function may take on the smallest plan. */
const timeMaxMs = 4 * 60_000;

export interface Walk<P> {
  readonly page: (from: string | undefined) => Promise<Read<P>>;
  readonly take: (page: P) => Promise<void>;
  /** Whether this is enough for one run, and the next one goes on. */
  readonly isEnough?: () => boolean;
}

export interface Walked {
  readonly run: Run;
  /** Whether it went on where another stopped, and so saw only the rest. */
  readonly resumed: boolean;
  /** What it did not see, and why; undefined where it came to the end. */
  readonly stopped?: { readonly what: string; readonly why: string };
}

/** Goes through the inventory's pages, one in memory at a time, from where the run before it stopped. */
export async function walk<P extends { readonly next?: string }>(
  runs: Runs,
  { appState, clock }: { readonly appState: AppState; readonly clock: Clock },
  begun: Run,
  { page, take, isEnough = () => false }: Walk<P>,
): Promise<Walked> {
  const deadline = plusMs(clock.now(), timeMaxMs);
  let run = begun;
  let resumed = run.from !== undefined;
  for (let pages = 0; ; pages++) {
    const read = await page(run.from);
    if (read.kind === "unknown" && resumed && pages === 0) {
      // Where another stopped may be forgotten by now, and asked for in vain: then this one begins at the beginning.
      run = from(run, undefined);
      resumed = false;
      continue;
    }
    const stop = (what: string, why: string) => ({ run, resumed, stopped: { what, why } });
    if (read.kind === "unknown")
      return stop("the inventory", `the inventory could not be read (${read.reason})`);
    await take(read.value);
    const { next } = read.value;
    const saved = await saveRun(runs, appState, clock, from(run, next));
    if (saved === undefined) return stop("the rest", "another sweep took over");
    run = saved;
    if (next === undefined) return { run, resumed };
    if (isEnough() || isDue(deadline, clock.now()))
      return stop("the rest", "this was enough for one sweep, and the next one goes on");
  }
}

function from(run: Run, next: string | undefined): Run {
  const { from: _, ...rest } = run;
  return next === undefined ? rest : { ...rest, from: next };
}
