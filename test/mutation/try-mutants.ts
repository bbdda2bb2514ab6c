import { appendFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { readLog, type Log } from "./log.ts";
import type { Line, Plan } from "./plan.ts";
import { runTests, type SwitchedTests } from "./switched-tests.ts";
import type { Switch } from "./switches.ts";

/** `endless`: with it the tests do not end. `unreached`: no test calls it. */
export type Outcome = "failed" | "endless" | "passed" | "unreached";

/** Quick tests try mutants first. Those that take longer, in milliseconds, read large inputs, and try none. */
const rounds = [5, 50, 500, 2_000];
const slowMs = Math.max(...rounds);

/** The tests of a target, in a copy of the repository, and a folder for what a run writes. */
export interface Run {
  readonly copy: string;
  readonly folder: string;
  readonly tests: readonly string[];
}

/** Tries mutants of source files, and returns the outcome of each by its id. */
export async function tryMutants(
  { copy, folder, tests }: Run,
  mutants: readonly (Switch & { readonly file: string })[],
  progress: (text: string) => void,
): Promise<ReadonlyMap<number, Outcome>> {
  const ids = mutants.map(({ id }) => id);
  const switched: SwitchedTests = { copy, switchesFile: join(folder, "switches.json"), tests };
  writeFileSync(switched.switchesFile, JSON.stringify(Object.groupBy(mutants, ({ file }) => file)));
  const logFile = join(folder, "log");
  await runWithout(switched, logFile);
  for (const msMax of rounds)
    await runRound(switched, logFile, msMax, () => {
      progress(`${noticedIn(readLog(logFile)).size} of ${ids.length} noticed`);
      return false;
    });
  const log = readLog(logFile);
  const outcomes = new Map(ids.map((id) => [id, outcomeOf(id, log)]));
  const left = ids.filter((id) => !isNoticed(outcomes.get(id)) && isToTryAlone(id, log));
  for (const [index, id] of left.entries()) {
    progress(`${index} of ${left.length} tried alone`);
    outcomes.set(id, await runAlone(switched, folder, id, log));
  }
  return outcomes;
}

export function isNoticed(outcome: Outcome | undefined): boolean {
  return outcome === "failed" || outcome === "endless";
}

/** Learns how long each test takes, and which switches it calls. */
async function runWithout(switched: SwitchedTests, log: string): Promise<void> {
  const result = await runTests(switched, { log, tests: {} });
  const { failed } = readLog(log);
  if (result !== "ended" || failed.length > 0)
    throw new Error(`the tests do not pass without a mutant (${result})\n${failed.join("\n")}`);
}

async function runRound(
  switched: SwitchedTests,
  logFile: string,
  msMax: number,
  progress: () => boolean,
): Promise<void> {
  for (;;) {
    const log = readLog(logFile);
    const tests = planned(log, msMax);
    if (Object.values(tests).every((mutants) => mutants.length === 0)) return;
    const result = await runTests(switched, { log: logFile, tests }, progress);
    if (result === "ended") return;
    const { last } = readLog(logFile);
    if (result === "broken" || last === undefined || last === log.last)
      throw new Error(`the tests are not to be repeated: ${result}`);
    appendFileSync(logFile, `${JSON.stringify({ endless: last } satisfies Line)}\n`);
  }
}

function planned(log: Log, msMax: number): Plan["tests"] {
  const done = new Set([...noticedIn(log), ...log.endless]);
  const byTest = [...log.tests].map(([id, { ms, reaches, tried }]) => {
    const isUsed = ms <= msMax && !log.unrepeatable.has(id);
    return [id, isUsed ? [...reaches].filter((mutant) => !done.has(mutant) && !tried.has(mutant)) : []];
  });
  return Object.fromEntries(byTest) as Plan["tests"];
}

/** Runs the tests with a mutant on from the start, until one fails. */
async function runAlone(switched: SwitchedTests, folder: string, id: number, log: Log): Promise<Outcome> {
  const slow = [...log.tests].filter(([, { ms }]) => ms > slowMs).map(([test]) => [test, []]);
  const own = join(folder, `alone-${id}`);
  const plan = { log: own, alone: id, tests: Object.fromEntries(slow) as Plan["tests"] };
  const hasFailed = () => readLog(own).failed.length > 0;
  const result = await runTests(switched, plan, hasFailed);
  if (result === "endless") return "endless";
  return result === "broken" || hasFailed() ? "failed" : "passed";
}

function noticedIn({ noticed, unrepeatable }: Log): ReadonlySet<number> {
  const byRepeatable = [...noticed].filter(([, tests]) => [...tests].some((test) => !unrepeatable.has(test)));
  return new Set(byRepeatable.map(([id]) => id));
}

function outcomeOf(id: number, log: Log): Outcome {
  if (noticedIn(log).has(id)) return "failed";
  if (log.endless.has(id)) return "endless";
  const isReached = [...log.tests.values()].some(({ reaches }) => reaches.has(id));
  return isReached ? "passed" : "unreached";
}

/** Whether a switch is called outside of tests, or in tests that cannot be repeated. */
function isToTryAlone(id: number, log: Log): boolean {
  return log.outside.has(id) || [...log.unrepeatable].some((test) => log.tests.get(test)?.reaches.has(id));
}
