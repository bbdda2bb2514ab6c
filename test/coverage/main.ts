import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { root } from "../../local/child-process.ts";
import { readDeployed } from "./deployed.ts";
import { isExplainedBy, readExplanations } from "./explanations.ts";
import type { Gap } from "./gap.ts";
import { readInProcess } from "./in-process.ts";

const usage = `Lists the branches of src that no test runs in the built package, in a process of its own.

  npm run coverage [-- --json]

Runs the tests of the package (test/production, test/scenarios, test/hosts) under V8's coverage, then those that import the
source. A branch that neither ran needs an entry in test/coverage/explained.md. Takes about ten minutes.
Exit codes: 0 every such branch is explained, 1 one is not, 2 invalid arguments or a test failed.`;

const deployed = ["test/production", "test/scenarios", "test/hosts"];
/** Excluded because they run the package or take minutes, and add no coverage of the source. */
const notInProcess = [
  ...deployed.map((folder) => `${folder}/**`),
  "test/simulation/every-*.test.ts",
  "test/simulation/planted-bugs.test.ts",
  "test/bench.test.ts",
  "test/tidy.test.ts",
];
/** More seeds would run the same code again. */
const seeds = "50";
/** Coverage makes tests several times slower. */
const longTimeout = "--testTimeout=600000";

const { json, help } = readArguments();
if (help) console.log(usage);
else process.exitCode = await main();

function readArguments() {
  try {
    const { values } = parseArgs({
      options: { help: { type: "boolean", default: false }, json: { type: "boolean", default: false } },
    });
    return values;
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : String(error)}\n\n${usage}`);
    process.exit(2);
  }
}

async function main(): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), "drawbridge-coverage-"));
  try {
    runTests([...deployed, longTimeout], { NODE_V8_COVERAGE: folder });
    const { branches, run, gaps } = await readDeployed(folder);
    const reportFolder = join(folder, "in-process");
    runTests(
      [
        longTimeout,
        "--coverage.enabled",
        "--coverage.provider=v8",
        "--coverage.reporter=json",
        "--coverage.include=src/**",
      ]
        .concat(`--coverage.reportsDirectory=${reportFolder}`)
        .concat(notInProcess.flatMap((each) => ["--exclude", each])),
      { SIMULATION_SEEDS: seeds },
    );
    const isRunInProcess = readInProcess(join(reportFolder, "coverage-final.json"));
    const nowhere = gaps.filter((gap) => !isRunInProcess(gap));
    return report({ branches, run, gaps, nowhere });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function runTests(args: readonly string[], environment: NodeJS.ProcessEnv): void {
  const { status } = spawnSync(process.execPath, ["node_modules/vitest/vitest.mjs", "run", ...args], {
    cwd: root,
    env: { ...process.env, ...environment },
    stdio: ["ignore", 2, 2],
  });
  if (status === 0) return;
  console.error("a test failed, so the coverage is incomplete");
  process.exit(2);
}

function report(found: {
  readonly branches: number;
  readonly run: number;
  readonly gaps: readonly Gap[];
  readonly nowhere: readonly Gap[];
}): number {
  const explanations = readExplanations(readFileSync(join(root, "test/coverage/explained.md"), "utf8"));
  const unexplained = found.nowhere.filter((gap) => !explanations.some((each) => isExplainedBy(gap, each)));
  if (json) {
    console.log(JSON.stringify({ ...found, unexplained }));
    return unexplained.length === 0 ? 0 : 1;
  }
  console.log(`${found.run} of ${found.branches} branches ran in the package.`);
  console.log(`${found.gaps.length} places did not; ${found.nowhere.length} of them ran in no test at all.`);
  for (const { file, from, text } of unexplained) console.log(`${file}:${from.line}  ${text.slice(0, 120)}`);
  console.log(`${unexplained.length} of those are not explained in test/coverage/explained.md.`);
  return unexplained.length === 0 ? 0 : 1;
}
