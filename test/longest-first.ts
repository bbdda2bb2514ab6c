import { BaseSequencer, type TestSpecification } from "vitest/node";

/** Seconds that a test file takes, the longest first. */
type Durations = Readonly<Record<string, number>>;

/** Files that wait for most of their time: for a lease, a retry, a schedule, or for processes of their own. */
export const waiting: Durations = {
  "test/scenarios/crash.test.ts": 100,
  // 15 seconds, or two minutes where a kill makes a sweep wait for its lease.
  "test/hosts/hosts.test.ts": 63,
  "test/scenarios/degraded.test.ts": 62,
  "test/scenarios/untidy-azure.test.ts": 44,
  "test/production/production.test.ts": 38,
  "test/scenarios/alerts-to-a-webhook.test.ts": 33,
  "test/scenarios/telemetry.test.ts": 31,
  "test/connections/untidy/untidy-answers.test.ts": 20,
  "test/scenarios/events.test.ts": 20,
  "test/connections/persons/changed-decision.test.ts": 17,
  "src/lib/azure/call-quota.test.ts": 15,
  "test/scenarios/addresses.test.ts": 14,
  "test/scenarios/settings.test.ts": 13,
  "test/alerts/sinks.test.ts": 11,
  "test/scenarios/messages.test.ts": 8,
};

/** Files that compute for long. */
export const computing: Durations = {
  "test/simulation/every-fault.test.ts": 43,
  "test/simulation/simulation.test.ts": 41,
  "test/bench.test.ts": 39,
  "test/dashboard/dashboard-signed-in.test.ts": 21,
  "test/dashboard/accessibility.test.ts": 19,
  "src/lib/state/table-rows.test.ts": 12,
  "test/policy/policy-properties.test.ts": 12,
  "test/dashboard/deciding.test.ts": 12,
  "test/connections/sweep/sweep-inventory.test.ts": 11,
  "test/dashboard/open-breakers.test.ts": 10,
  "src/lib/policy/load.test.ts": 9,
  "test/connections/sweep/large-sweep.test.ts": 7,
  "test/policy/policy-analysis.test.ts": 6,
  "test/infra/templates.test.ts": 6,
  "test/simulation/planted-bugs.test.ts": 6,
};

const otherSeconds = 1;

/**
 * Starts the longest test files first, so that no worker is left alone with one of them at the end. The order is that
 * of four workers of whom two take only files that wait, so that the other two have a core each.
 */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    // oxlint-disable-next-line unicorn/no-array-sort -- not an array's
    const sorted = await super.sort(files);
    const isWaiting = (file: TestSpecification) => secondsIn(waiting, file) !== undefined;
    const starts = [
      ...startsOf(sorted.filter(isWaiting), waiting),
      ...startsOf(
        sorted.filter((file) => !isWaiting(file)),
        computing,
      ),
    ];
    return starts.toSorted((a, b) => a.at - b.at).map(({ file }) => file);
  }
}

interface Start {
  readonly file: TestSpecification;
  /** Seconds from the beginning of the run. */
  readonly at: number;
}

/** When each file starts where two workers take the longest first. */
function startsOf(files: readonly TestSpecification[], durations: Durations): readonly Start[] {
  const freeAt = [0, 0];
  return files
    .map((file) => ({ file, seconds: secondsIn(durations, file) ?? otherSeconds }))
    .toSorted((a, b) => b.seconds - a.seconds)
    .map(({ file, seconds }) => {
      const at = Math.min(...freeAt);
      freeAt[freeAt.indexOf(at)] = at + seconds;
      return { file, at };
    });
}

function secondsIn(durations: Durations, { moduleId }: TestSpecification): number | undefined {
  return Object.entries(durations).find(([name]) => moduleId.endsWith(`/${name}`))?.[1];
}
