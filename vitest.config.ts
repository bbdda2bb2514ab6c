import { configDefaults, defineConfig } from "vitest/config";
import { compiledFolder } from "./local/child-process.ts";
import { LongestFirst } from "./test/longest-first.ts";

// Workers, and the threads and processes that tests start, keep their compiled code for the next start, as those of
// `startProcess` do. Not under coverage, which code from a cache makes less precise.
if (process.env.NODE_V8_COVERAGE === undefined) process.env.NODE_COMPILE_CACHE ??= compiledFolder;

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
