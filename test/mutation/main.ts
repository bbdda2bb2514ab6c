import { globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs, type ParseArgsConfig } from "node:util";
import { root } from "../../local/child-process.ts";
import { seeded } from "../../simulator/random.ts";
import { copyOf } from "../repository-copy.ts";
import { isEquivalent, printed, readEquivalents, entryOf } from "./equivalent.ts";
import { mutantsOf } from "./mutants.ts";
import type { Switch } from "./switches.ts";
import { targets, type Target } from "./targets.ts";
import { isNoticed, tryMutants, type Outcome } from "./try-mutants.ts";

const usage = `Changes the source in a copy of the repository, one operator, condition, returned value, truth value or
statement at a time, and runs the tests that have to notice. The changes in test/mutation/equivalent.md, which no test
can notice, are left out.

  npm run mutation -- [options]

  --target NAME   what is changed; may be repeated; all by default (test/mutation/targets.ts)
  --file TEXT     only source files whose path has this text
  --sample N      only N changes of each target, at random
  --seed N        the random order of a sample; 1 by default
  --entries       prints survivors as entries for test/mutation/equivalent.md
  --json FILE     writes every mutant with its outcome

Targets: ${Object.keys(targets).join(", ")}.

Exit codes: 0 every mutant was killed, 1 some survived, 2 invalid arguments.`;

interface Mutant extends Switch {
  readonly target: string;
  readonly file: string;
}

const values = argumentsOf({
  options: {
    help: { type: "boolean", default: false },
    target: { type: "string", multiple: true, default: Object.keys(targets) },
    file: { type: "string", default: "" },
    sample: { type: "string", default: "Infinity" },
    seed: { type: "string", default: "1" },
    entries: { type: "boolean", default: false },
    json: { type: "string" },
  },
});
if (values.help) {
  console.log(usage);
  process.exit(0);
}
const unknown = values.target.filter((name) => targets[name] === undefined);
if (unknown.length > 0) refuse(`unknown target: ${unknown.join(", ")}`);
const [sample, seed] = [Number(values.sample), Number(values.seed)];
if (!(sample >= 1) || !Number.isSafeInteger(seed))
  refuse("--sample must be a positive number, and --seed a whole one");
const isChosen = (file: string) => !file.endsWith(".test.ts") && file.includes(values.file);
const sourcesOf = ({ sources }: Target) => globSync([...sources], { cwd: root }).filter(isChosen);
const chosen = Object.entries(targets).filter(
  ([name, target]) => values.target.includes(name) && sourcesOf(target).length > 0,
);
if (chosen.length === 0) refuse(`no source file of these targets has "${values.file}" in its path`);

const copy = copyOf(root);
const folder = mkdtempSync(join(tmpdir(), "drawbridge-mutation-"));
process.on("exit", () => {
  for (const each of [copy, folder]) rmSync(each, { recursive: true, force: true });
});
for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => process.exit(130));

const random = seeded(seed);
const equivalents = readEquivalents(readFileSync(join(root, "test/mutation/equivalent.md"), "utf8"));
const results: (Mutant & { readonly outcome: Outcome })[] = [];
for (const [name, target] of chosen) results.push(...(await resultsOf(name, target)));
if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify(results, undefined, 2)}\n`);
const survivors = results.filter(({ outcome }) => !isNoticed(outcome));
for (const { file, outcome, ...mutant } of survivors)
  console.log(
    values.entries
      ? entryOf(file, sourceOf(file), mutant)
      : `${printed(file, mutant)}${outcome === "unreached" ? "  (no test runs it)" : ""}`,
  );
for (const [name] of chosen) {
  const [of, alive] = [results, survivors].map((list) => list.filter(({ target }) => target === name).length);
  console.log(`${name}: ${Number(of) - Number(alive)} of ${of} mutants killed`);
}
process.exit(survivors.length === 0 ? 0 : 1);

async function resultsOf(name: string, target: Target): Promise<typeof results> {
  const mutants = sourcesOf(target)
    .flatMap((file) => mutantsIn(file).map((mutant) => ({ ...mutant, target: name, file, order: random() })))
    .toSorted((a, b) => (sample === Infinity ? 0 : a.order - b.order))
    .slice(0, sample)
    .map((mutant, id): Mutant => ({ ...mutant, id }));
  const run = { copy, folder: mkdtempSync(join(folder, `${name}-`)), tests: target.tests };
  const outcomes = await tryMutants(run, mutants, (text) =>
    process.stderr.write(`\r${name}: ${text}          `),
  );
  process.stderr.write("\n");
  return mutants.map((mutant) => ({ ...mutant, outcome: outcomes.get(mutant.id) ?? "unreached" }));
}

function mutantsIn(file: string) {
  const source = sourceOf(file);
  return mutantsOf(source).filter(
    (mutant) => !equivalents.some((entry) => isEquivalent(entry, file, source, mutant)),
  );
}

function sourceOf(file: string): string {
  return readFileSync(join(root, file), "utf8");
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
