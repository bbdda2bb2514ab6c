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

const usage = `Says which branches of src no test runs as they are deployed: in the built package, in a process of its own.

  npm run coverage [-- --json]

It runs the tests of the package (test/production, test/scenarios, test/hosts) under V8's coverage, then those that call the
source itself. A branch that neither ran has to be explained in test/coverage/explained.md. Takes about ten minutes.
Exit codes: 0 every such branch is explained, 1 one is not, 2 wrong usage or a test failed.`;

const deployed = ["test/production", "test/scenarios", "test/hosts"];
/** They run the package, or for minutes; what they would add is run by the others. */
const notInProcess = [
  ...deployed.map((folder) => `${folder}/**`),
  "test/simulation/every-*.test.ts",
  "test/simulation/planted-bugs.test.ts",
  "test/bench.test.ts",
  "test/tidy.test.ts",
];
/** What more of them run is the same code again. */
const seeds = "50";
/** What is measured takes several times as long. */
const patient = "--testTimeout=600000";

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
    runTests([...deployed, patient], { NODE_V8_COVERAGE: folder });
    const { branches, run, gaps } = await readDeployed(folder);
    const report = join(folder, "in-process");
    runTests(
      [
        patient,
        "--coverage.enabled",
        "--coverage.provider=v8",
        "--coverage.reporter=json",
        "--coverage.include=src/**",
      ]
        .concat(`--coverage.reportsDirectory=${report}`)
        .concat(notInProcess.flatMap((each) => ["--exclude", each])),
      { SIMULATION_SEEDS: seeds },
    );
    const isRunInProcess = readInProcess(join(report, "coverage-final.json"));
    const nowhere = gaps.filter((gap) => !isRunInProcess(gap));
    return tell({ branches, run, gaps, nowhere });
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
  console.error("a test failed, so that what was run says nothing");
  process.exit(2);
}

function tell(found: {
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
