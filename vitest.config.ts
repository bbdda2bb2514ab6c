import { configDefaults, defineConfig } from "vitest/config";
import { BaseSequencer, type TestSpecification } from "vitest/node";
import { compiledFolder } from "./local/child-process.ts";

// Workers, and the threads and processes that tests start, keep their compiled code for the next start, as those of
// `startProcess` do. Not under coverage, which code from a cache makes less precise.
if (process.env.NODE_V8_COVERAGE === undefined) process.env.NODE_COMPILE_CACHE ??= compiledFolder;

/**
 * These take longest and start first, so that no worker is left alone with one of them at the end. Scenarios wait for
 * most of their time, for a lease, a retry or a schedule, and others compute: in this order, two of the four workers wait
 * while the other two have a core each.
 */
const longest = [
  "scenarios/crash.test.ts",
  "scenarios/degraded.test.ts",
  "bench.test.ts",
  "simulation.test.ts",
  "every-fault.test.ts",
  "accessibility.test.ts",
  "scenarios/untidy.test.ts",
  "dashboard/dashboard.test.ts",
  "scenarios/alerts.test.ts",
  "policy-analysis.test.ts",
  "planted-bugs.test.ts",
  "production.test.ts",
  "untidy-answers.test.ts",
  "scenarios/telemetry.test.ts",
  "changed-decision.test.ts",
  "scenarios/events.test.ts",
  "call-quota.test.ts",
  "scenarios/addresses.test.ts",
];

class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    // oxlint-disable-next-line unicorn/no-array-sort -- not an array's
    const sorted = await super.sort(files);
    const rank = ({ moduleId }: TestSpecification) => {
      const place = longest.findIndex((name) => moduleId.endsWith(`/${name}`));
      return place < 0 ? longest.length : place;
    };
    return sorted.toSorted((a, b) => rank(a) - rank(b));
  }
}

const beside = ["src", "simulator", "host", "local"].map((folder) => `${folder}/**/*.test.ts`);
/** Tests beside the source that talk to Azurite, which takes longer to start than the others to run. */
const onStorage = [
  "src/lib/state/table-rows.test.ts",
  "src/lib/state/review-queue.test.ts",
  "host/queue.test.ts",
];

const globalSetup = ["test/set-up.ts"];

export default defineConfig({
  test: {
    // A busy machine takes several times as long. What waits for something has a limit of its own.
    testTimeout: 240_000,
    hookTimeout: 240_000,
    expect: { poll: { timeout: 60_000 } },
    // Scenarios start processes and mostly wait for them, so two more workers use what they leave of two cores.
    maxWorkers: 4,
    sequence: { sequencer: LongestFirst },
    // Files share no state that they could see but the dashboard's browser: modules keep none, and nobody replaces a
    // global. A worker of its own for each file would import the app and the SDKs of Azure 150 times, a quarter of the
    // whole run.
    isolate: false,
    // Simulations make much short-lived garbage. With room for it, little of it lives long enough to be copied.
    execArgv: ["--min-semi-space-size=32", "--max-semi-space-size=64"],
    projects: [
      {
        extends: true,
        test: { name: "unit", include: beside, exclude: [...configDefaults.exclude, ...onStorage] },
      },
      { extends: true, test: { name: "storage", include: onStorage, globalSetup } },
      { extends: true, test: { name: "system", include: ["test/**/*.test.ts"], globalSetup } },
    ],
  },
});
