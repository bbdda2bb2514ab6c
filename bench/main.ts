import { writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { run } from "./policy/run.ts";
import { printReport } from "./policy/table.ts";

const usage = `Measures Drawbridge beside its peers, in one run.

  npm run bench -- policy [--requests 10000] [--budget-ms 2000] [--sets S,M,L,XL] [--json <file>]

The peers are packages of the bench's own: npm ci --prefix bench. Every engine must give the oracle's verdict on every
request, else the run ends. Figures on one machine compare engines; they say nothing about another machine.`;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    help: { type: "boolean" },
    requests: { type: "string", default: "10000" },
    "budget-ms": { type: "string", default: "2000" },
    sets: { type: "string", default: "S,M,L,XL" },
    json: { type: "string" },
  },
});

if (values.help === true || positionals.some((name) => name !== "policy")) {
  console.log(usage);
  process.exit(values.help === true ? 0 : 2);
}

const report = run({
  requests: Number(values.requests),
  budgetMs: Number(values["budget-ms"]),
  sets: values.sets.split(","),
  progress: (what) => {
    process.stderr.write(`${what} ...\n`);
  },
});
console.log(printReport(report));
if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify(report, null, 2)}\n`);
