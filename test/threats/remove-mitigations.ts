import { spawn } from "node:child_process";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../../local/child-process.ts";
import { minuteMs } from "../../src/lib/clock.ts";
import { copyOf } from "../repository-copy.ts";
import { titlePattern, type Mitigation } from "./mitigation.ts";
import { onceUnnoticed } from "./once-unnoticed.ts";
import { mitigations } from "./threats.ts";

/**
 * Takes the mitigations of SECURITY.md out of a copy of the repository, one at a time, and what was once taken out
 * unnoticed, and runs the test of each, which must fail then, and pass before. `node test/threats/remove-mitigations.ts
 * [threat or part of a name ...]`; "unnoticed" stands for the second kind. Ten minutes for all.
 */
interface Report {
  readonly testResults: readonly {
    readonly message: string;
    readonly assertionResults: readonly { readonly status: string; readonly title: string }[];
  }[];
}

/** How the named test ended: with failed cases, with passed ones alone, never, or it was not there. */
type Outcome = "failed" | "passed" | "endless" | "not run";

/** A test that takes this long, without the mitigation, would never end. */
const timeoutMs = 4 * minuteMs;

/** Tests that use the storage or the package that the global set-up makes. */
function needsSetUp(folder: string, file: string): boolean {
  return (
    /^test\/(scenarios|dashboard|package)/.test(file) ||
    readFileSync(join(folder, file), "utf8").includes("inject(")
  );
}

async function outcomeIn(folder: string, { file, title }: Mitigation["test"]): Promise<Outcome> {
  const report = join(folder, "report.json");
  rmSync(report, { force: true });
  const vitest = join(folder, "node_modules/vitest/vitest.mjs");
  const pattern = titlePattern(title);
  const config = needsSetUp(folder, file) ? [] : ["--config", "test/threats/lean.config.ts"];
  const args = [vitest, "run", file, "-t", pattern, "--reporter=json", `--outputFile=${report}`, ...config];
  const env = { ...process.env, DRAWBRIDGE_TEST_BROWSER: "required", DRAWBRIDGE_TEST_BICEP: "required" };
  if (!(await hasEnded(args, folder, env))) return "endless";
  const { testResults } = JSON.parse(readFileSync(report, "utf8")) as Report;
  const whole = new RegExp(`^${pattern}$`);
  const named = testResults
    .flatMap(({ assertionResults }) => assertionResults)
    .filter(({ title: each, status }) => whole.test(each) && status !== "skipped" && status !== "pending");
  if (named.length === 0) return "not run";
  return named.some(({ status }) => status === "failed") ? "failed" : "passed";
}

/** Runs Vitest. Returns whether it ended in time; its workers, which may be in an endless loop, end with it. */
function hasEnded(args: readonly string[], cwd: string, env: NodeJS.ProcessEnv): Promise<boolean> {
  const run = spawn(process.execPath, args, { cwd, env, detached: true, stdio: "ignore" });
  return new Promise((resolve) => {
    const timer = setTimeout(() => {
      if (run.pid !== undefined) process.kill(-run.pid, "SIGKILL");
      resolve(false);
    }, timeoutMs);
    run.on("exit", () => {
      clearTimeout(timer);
      resolve(true);
    });
  });
}

/** The test's outcome in a copy without the mitigation, which is put back afterwards. */
async function outcomeWithout(
  copy: string,
  { file, replace: [present, without], test }: Mitigation,
): Promise<Outcome> {
  const path = join(copy, file);
  const text = readFileSync(path, "utf8");
  if (text.split(present).length !== 2) throw new Error(`${file} does not contain exactly once: ${present}`);
  writeFileSync(
    path,
    text.replace(present, () => without),
  );
  try {
    return await outcomeIn(copy, test);
  } finally {
    writeFileSync(path, text);
  }
}

const selected = process.argv.slice(2);
const all = [...mitigations, ...onceUnnoticed.map((each) => ({ ...each, threat: "unnoticed" }))];
const chosen = all.filter(
  ({ threat, name }) =>
    selected.length === 0 || selected.some((each) => each === threat || name.includes(each)),
);
if (chosen.length === 0) throw new Error(`no threat or mitigation is named ${selected.join(", ")}`);
const copy = copyOf(root);
const passing = new Map<string, Outcome>();
let wrong = 0;
try {
  for (const [index, each] of chosen.entries()) {
    const { threat, name, test } = each;
    const key = `${test.file} ${test.title}`;
    const before = passing.get(key) ?? (await outcomeIn(copy, test));
    passing.set(key, before);
    const without = await outcomeWithout(copy, each);
    const isRed = before === "passed" && (without === "failed" || without === "endless");
    if (!isRed) wrong++;
    const verdict = isRed ? "red" : `NOT RED (with it: ${before}, without it: ${without})`;
    console.log(`${index + 1}/${chosen.length}  ${verdict}  ${threat} ${name}: ${test.file}`);
  }
} finally {
  rmSync(copy, { recursive: true, force: true });
}
console.log(
  wrong === 0 ? `all ${chosen.length} are noticed by their tests` : `${wrong} of ${chosen.length} are not`,
);
process.exitCode = wrong === 0 ? 0 : 1;
