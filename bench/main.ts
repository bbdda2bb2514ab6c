import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { root } from "../local/child-process.ts";
import { printAll, runAll } from "./all.ts";
import { benches } from "./benches.ts";
import { printFigures } from "./figure.ts";
import { benchNames, sizes, type BenchName } from "./sizes.ts";

const usage = `Measures Drawbridge and its peers in the same run, each figure beside its goal.

  npm run bench                 all of them in small sizes, within fifteen minutes; writes bench/results/all.json
${benchNames.map((name) => `  npm run bench -- ${[name, ...options(name)].join(" ")}`).join("\n")}

Options have these values by default, and smaller ones where all benchmarks run. --json <file> writes the figures.

policy     decisions per second, compared with other engines. They are dependencies of bench/: npm ci --prefix bench.
           The run fails if an engine's verdict differs from the oracle's.
coldstart  what a fresh process costs until every function is registered, until the first answer and the first verdict, compared
           with a file that imports only @azure/functions; and what each package costs that is loaded later.
review     round trips to Azure and operations on the table of an approving review, where each call to Azure takes a fixed time.
sweep      calls, time and memory of a sweep, compared with a runbook that reads every service, on the same simulated
           estate. The run fails if either does not approve every request. --ours-alone leaves out the runbook.
estate     queries, time and memory of one sweep of estates of several sizes, each as services x connections.
replay     decisions replayed per second and the memory that this takes, at several sizes of an export, as a multiple of the
           engine's own speed.
approvals  the time until all of several simultaneous requests at one service are approved, if Azure takes three minutes
           for each. In the simulation's virtual time, so the figures are the same on every machine.
dashboard  weight of the page, time to its first table and longest task while scrolling, in an installed Chromium.
load       the time of the answers to events, steady and all at once, and what is lost, with real hosts on Azurite and the
           simulated Azure.

Compare figures only within one machine. Exit codes: 0 measured, whether or not a goal is met; 1 a benchmark failed; 2 invalid
arguments.`;

function options(name: BenchName): readonly string[] {
  return Object.entries(sizes[name].alone).map(([option, value]) => `[--${option} ${value}]`);
}

const optionNames = new Set(benchNames.flatMap((name) => Object.keys(sizes[name].alone)));

function readArguments() {
  try {
    return parseArgs({
      allowPositionals: true,
      options: {
        ...Object.fromEntries([...optionNames].map((option) => [option, { type: "string" as const }])),
        help: { type: "boolean" },
        "ours-alone": { type: "boolean" },
        json: { type: "string" },
      },
    });
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : String(error)}\n\n${usage}`);
    process.exit(2);
  }
}

const progress = (step: string) => {
  process.stderr.write(`${step} ...\n`);
};

const { values, positionals } = readArguments();
const [name = "all", ...others] = positionals;
const bench = benchNames.find((each) => each === name);
if (values.help === true || others.length > 0 || (bench === undefined && name !== "all")) {
  console.log(usage);
  process.exit(values.help === true ? 0 : 2);
}
if (bench === undefined) {
  const report = runAll(benchNames, progress);
  console.log(printAll(report));
  write(values.json ?? join(root, "bench/results/all.json"), report);
  if (report.outcomes.some(({ failed }) => failed !== undefined)) process.exitCode = 1;
} else {
  const { report, text, figures } = await benches[bench]({ ...sizes[bench].alone, ...values }, progress);
  console.log(`${text}\n${printFigures(figures)}\n`);
  if (values.json !== undefined) write(values.json, { figures, report });
}

function write(file: string, content: unknown): void {
  writeFileSync(file, `${JSON.stringify(content, null, 2)}\n`);
}
