import { globSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs, type ParseArgsConfig } from "node:util";
import { root } from "../../local/child-process.ts";
import { seeded } from "../../simulator/random.ts";
import { copyOf } from "../repository-copy.ts";
import { isEquivalent, printed, readEquivalents, rowOf } from "./equivalent.ts";
import { mutantsOf, mutated, type Mutant } from "./mutants.ts";
import { targets, type Target } from "./targets.ts";
import { warmVitest, type WarmVitest } from "./warm-vitest.ts";

const usage = `Changes the source in a copy of the repository, one operator, condition, returned value, truth value or statement at a
time, and runs the tests that have to notice. Mutants are tried in random order. Those in test/mutation/equivalent.md, which no test
can notice, are left out.

  npm run mutation -- [options]

  --target NAME   what is changed; may be repeated; all by default, the time shared equally (test/mutation/targets.ts)
  --file NAME     only source files whose path has this text
  --seconds N     for how long mutants are tried, without the first run of the tests; 2400 by default
  --sample N      at most so many mutants of each target; all by default
  --seed N        the random order; 1 by default
  --rows          prints survivors as rows for test/mutation/equivalent.md
  --json FILE     writes every mutant with its outcome

Targets: ${Object.keys(targets).join(", ")}.

Exit codes: 0 every mutant that was tried was killed, 1 some survived, 2 invalid arguments.`;

interface Result extends Mutant {
  readonly target: string;
  readonly file: string;
  readonly outcome: "failed" | "passed" | "endless";
}

const values = argumentsOf({
  options: {
    help: { type: "boolean", default: false },
    target: { type: "string", multiple: true, default: Object.keys(targets) },
    file: { type: "string", default: "" },
    seconds: { type: "string", default: "2400" },
    seed: { type: "string", default: "1" },
    sample: { type: "string", default: "1000000" },
    rows: { type: "boolean", default: false },
    json: { type: "string" },
  },
});
const [seconds, seed, sample] = [values.seconds, values.seed, values.sample].map(Number) as [
  number,
  number,
  number,
];
if (values.help) {
  console.log(usage);
  process.exit(0);
}
const unknown = values.target.filter((name) => targets[name] === undefined);
if (unknown.length > 0) refuse(`unknown target: ${unknown.join(", ")}`);
if (!(seconds > 0) || !(sample > 0) || !Number.isSafeInteger(seed))
  refuse("--seconds and --sample must be positive numbers, and --seed a whole one");
const isChosen = (file: string) => !file.endsWith(".test.ts") && file.includes(values.file);
const sourcesOf = ({ sources }: Target, cwd: string) => globSync([...sources], { cwd }).filter(isChosen);
if (!values.target.some((name) => sourcesOf(targets[name] as Target, root).length > 0))
  refuse(`no source file of these targets has "${values.file}" in its path`);

/** Tests that pass take this long at most, times this factor, with a mutant in them. */
const slowerMax = 4;
const shortestMs = 20_000;
const passMaxMs = 15 * 60_000;

const random = seeded(seed);
const copy = copyOf(root);
const equivalents = readEquivalents(readFileSync(join(root, "test/mutation/equivalent.md"), "utf8"));
const results: Result[] = [];
let [possible, explained] = [0, 0];
process.on("exit", () => rmSync(copy, { recursive: true, force: true }));
for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => process.exit(130));

for (const name of values.target) {
  const target = targets[name];
  if (target !== undefined) await runTarget(name, target, (seconds * 1_000) / values.target.length);
}
const survivors = results.filter(({ outcome }) => outcome === "passed");
if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify(results, undefined, 2)}\n`);
for (const { file, ...mutant } of survivors)
  console.log(values.rows ? rowOf(file, sourceOf(file), mutant) : printed(file, mutant));
const killed = results.length - survivors.length;
const endless = results.filter(({ outcome }) => outcome === "endless").length;
console.log(
  `${killed} of ${results.length} mutants killed (${endless} by the time limit); ${possible} are possible, and ${explained} more are equivalent`,
);
process.exit(survivors.length === 0 ? 0 : 1);

async function runTarget(name: string, target: Target, ms: number): Promise<void> {
  const files = sourcesOf(target, copy);
  const all = files.flatMap((file) =>
    mutantsOf(sourceOf(file)).map((mutant) => ({ file, mutant, order: random() })),
  );
  const mutants = all.filter(
    ({ file, mutant }) => !equivalents.some((row) => isEquivalent(row, file, sourceOf(file), mutant)),
  );
  possible += mutants.length;
  explained += all.length - mutants.length;
  if (mutants.length === 0) return;
  const vitest = warmVitest(copy, target.tests);
  try {
    // The tests without a mutant count for none of the time.
    const started = performance.now();
    const [first = ""] = files;
    const expectPassed = async () => {
      if ((await vitest.run(join(copy, first), passMaxMs)) !== "passed")
        throw new Error(`the tests of ${name} do not pass without a mutant`);
    };
    await expectPassed();
    const began = performance.now();
    const timeoutMs = Math.max(shortestMs, slowerMax * (began - started));
    let tried = 0;
    for (const { file, mutant } of mutants.toSorted((a, b) => a.order - b.order).slice(0, sample)) {
      if (performance.now() - began > ms) break;
      const outcome = await outcomeOf(vitest, join(copy, file), mutant, timeoutMs);
      results.push({ target: name, file, ...mutant, outcome });
      process.stderr.write(`\r${name}: ${++tried} of ${mutants.length} tried          `);
    }
    process.stderr.write("\n");
    // If they failed by now for another reason, they would seem to have noticed every mutant.
    await expectPassed();
  } finally {
    vitest.end();
  }
}

async function outcomeOf(
  vitest: WarmVitest,
  path: string,
  mutant: Mutant,
  timeoutMs: number,
): Promise<Result["outcome"]> {
  const source = readFileSync(path, "utf8");
  writeFileSync(path, mutated(source, mutant));
  try {
    return await vitest.run(path, timeoutMs);
  } finally {
    writeFileSync(path, source);
  }
}

function sourceOf(file: string): string {
  return readFileSync(join(copy, file), "utf8");
}

function argumentsOf<T extends ParseArgsConfig>(config: T): ReturnType<typeof parseArgs<T>>["values"] {
  try {
    return parseArgs(config).values;
  } catch (error) {
    return refuse(error instanceof Error ? error.message : String(error));
  }
}

function refuse(why: string): never {
  console.error(`${why}\n\n${usage}`);
  process.exit(2);
}
