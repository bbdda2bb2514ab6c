import { writeFileSync } from "node:fs";
import { parseArgs } from "node:util";

const usage = `Measures Drawbridge beside its peers, in one run.

  npm run bench -- policy [--requests 10000] [--budget-ms 2000] [--sets S,M,L,XL] [--json <file>]
  npm run bench -- sweep [--services 10000] [--subscriptions 1] [--changes 100] [--ours-alone] [--json <file>]
  npm run bench -- approvals [--counts 1,10,100,200] [--processes 1,3] [--json <file>]

policy  decisions per second beside other engines. The peers are packages of the bench's own: npm ci --prefix bench.
        Every engine must give the oracle's verdict on every request, else the run ends.
sweep   a sweep beside the runbook's way of getting every service, on the same simulated estate: calls, time, memory.
        Each must approve every request, else the run ends.
approvals  how long until so many requests at one service are decided and approved, where Azure takes three minutes for
        each: in the simulation's virtual time, so that the same figures come out on every machine.

Figures on one machine compare ways of doing the same; they say nothing about another machine.`;

function readArguments() {
  try {
    return parseArgs({
      allowPositionals: true,
      options: {
        help: { type: "boolean" },
        requests: { type: "string", default: "10000" },
        "budget-ms": { type: "string", default: "2000" },
        sets: { type: "string", default: "S,M,L,XL" },
        services: { type: "string", default: "10000" },
        subscriptions: { type: "string", default: "1" },
        changes: { type: "string", default: "100" },
        counts: { type: "string", default: "1,10,100,200" },
        processes: { type: "string", default: "1,3" },
        "ours-alone": { type: "boolean", default: false },
        json: { type: "string" },
      },
    });
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : String(error)}\n\n${usage}`);
    process.exit(2);
  }
}

const { values, positionals } = readArguments();

const progress = (what: string) => {
  process.stderr.write(`${what} ...\n`);
};

async function policy() {
  const [{ run }, { printReport }] = await Promise.all([
    import("./policy/run.ts"),
    import("./policy/report.ts"),
  ]);
  const { requests, sets } = values;
  const report = run({
    requests: Number(requests),
    budgetMs: Number(values["budget-ms"]),
    sets: sets.split(","),
    progress,
  });
  return { report, text: printReport(report) };
}

async function sweep() {
  const [{ run }, { printSweepReport }] = await Promise.all([
    import("./sweep/run.ts"),
    import("./sweep/report.ts"),
  ]);
  const { services, subscriptions, changes } = values;
  const report = await run({
    services: Number(services),
    subscriptions: Number(subscriptions),
    changes: Number(changes),
    runbook: !values["ours-alone"],
    progress,
  });
  return { report, text: printSweepReport(report) };
}

async function approvals() {
  const [{ run }, { printApprovals }] = await Promise.all([
    import("./approvals/run.ts"),
    import("./approvals/report.ts"),
  ]);
  const numbers = (list: string) => list.split(",").map(Number);
  const { counts, processes } = values;
  const report = await run({ requests: numbers(counts), processes: numbers(processes), progress });
  return { report, text: printApprovals(report) };
}

const benches = { policy, sweep, approvals };
const [name = "policy"] = positionals;
const bench = Object.hasOwn(benches, name) ? benches[name as keyof typeof benches] : undefined;
if (values.help === true || bench === undefined || positionals.length > 1) {
  console.log(usage);
  process.exit(values.help === true ? 0 : 2);
}
const { report, text } = await bench();
console.log(text);
if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify(report, null, 2)}\n`);
