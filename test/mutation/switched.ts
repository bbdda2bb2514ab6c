import { readFileSync } from "node:fs";
import { join } from "node:path";
import { createVitest } from "vitest/node";
import { planVariable, type Plan } from "./plan.ts";
import { withSwitches, type Switch } from "./switches.ts";

/**
 * A process that runs test files once, in a copy of the repository whose sources have switches for mutants. Arguments:
 * the copy, a JSON file with the switches by source file, and the test files. Exit code 3: a file could not be loaded.
 */
const [folder = "", switchesFile = "", ...tests] = process.argv.slice(2);
process.chdir(folder);
const switches = JSON.parse(readFileSync(switchesFile, "utf8")) as Record<string, readonly Switch[]>;

const { tests: planned } = JSON.parse(readFileSync(process.env[planVariable] ?? "", "utf8")) as Plan;

const vitest = await createVitest(
  "test",
  {
    root: folder,
    config: join(folder, "test/threats/lean.config.ts"),
    include: tests,
    watch: false,
    reporters: [{}],
    runner: join(folder, "test/mutation/switching-runner.ts"),
    // Kept modules would have the switches of another target, or none.
    fsModuleCache: false,
    // Only one mutant is on at a time.
    maxConcurrency: 1,
    // The first run learns how long tests take; tests of more than two seconds try nothing.
    testTimeout: Object.keys(planned).length === 0 ? 240_000 : 30_000,
  },
  {
    plugins: [
      {
        name: "switches",
        enforce: "pre",
        transform(code, id) {
          const here = switches[id.slice(folder.length + 1)];
          return here === undefined ? undefined : { code: withSwitches(code, here), map: null };
        },
      },
    ],
  },
);
const specifications = await vitest.globTestSpecifications();
if (specifications.length === 0) throw new Error(`no test file matches ${tests.join(", ")}`);
const { testModules } = await vitest.runTestSpecifications(specifications, false);
const isBroken = testModules.some((each) => each.errors().length > 0);
await vitest.close();
process.exit(isBroken ? 3 : 0);
