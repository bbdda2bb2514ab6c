import { writeFileSync } from "node:fs";
import { parseArgs } from "node:util";

const usage = `Measures Drawbridge and its peers in the same run.

  npm run bench -- policy [--requests 10000] [--budget-ms 2000] [--sets S,M,L,XL] [--json <file>]
  npm run bench -- coldstart [--rounds 9] [--rules 5,1000] [--json <file>]
  npm run bench -- review [--latency-ms 500] [--reviews 5] [--json <file>]
  npm run bench -- sweep [--services 10000] [--subscriptions 1] [--changes 100] [--ours-alone] [--json <file>]
  npm run bench -- replay [--decisions 100000,1000000] [--budget-ms 2000] [--json <file>]
  npm run bench -- approvals [--counts 1,10,100,200] [--processes 1,3] [--json <file>]
  npm run bench -- dashboard [--connections 10000] [--json <file>]

policy     decisions per second, compared with other engines. They are dependencies of bench/: npm ci --prefix bench.
           The run fails if an engine's verdict differs from the oracle's.
coldstart  what a fresh process costs until every function is registered, until the first answer and the first verdict, compared
           with a file that imports only @azure/functions; and what each package costs that is loaded later.
review     round trips to Azure and operations on the table of an approving review, where each call to Azure takes a fixed time.
sweep      calls, time and memory of a sweep, compared with a runbook that reads every service, on the same simulated
           estate. The run fails if either does not approve every request.
replay     decisions replayed per second and the memory that this takes, at several sizes of an export, as a multiple of the
           engine's own speed.
approvals  the time until all of several simultaneous requests at one service are approved, if Azure takes three minutes
           for each. In the simulation's virtual time, so the figures are the same on every machine.
dashboard  weight of the page, time to its first table and longest task while scrolling, in an installed Chromium. It
           measures what npm run build built.

Compare figures only within one machine.`;

function readArguments() {
  try {
    return parseArgs({
      allowPositionals: true,
      options: {
        help: { type: "boolean" },
        requests: { type: "string", default: "10000" },
        "budget-ms": { type: "string", default: "2000" },
        rounds: { type: "string", default: "9" },
        "latency-ms": { type: "string", default: "500" },
        reviews: { type: "string", default: "5" },
        rules: { type: "string", default: "5,1000" },
        sets: { type: "string", default: "S,M,L,XL" },
        connections: { type: "string", default: "10000" },
        services: { type: "string", default: "10000" },
        subscriptions: { type: "string", default: "1" },
        decisions: { type: "string", default: "100000,1000000" },
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

const progress = (step: string) => {
  process.stderr.write(`${step} ...\n`);
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

async function coldstart() {
  const [{ deferredParts, run }, { printColdStart }] = await Promise.all([
    import("./coldstart/run.ts"),
    import("./coldstart/report.ts"),
  ]);
  const { rounds, rules } = values;
  const report = await run({
    rounds: Number(rounds),
    rules: rules.split(",").map(Number),
    parts: deferredParts,
    progress,
  });
  return { report, text: printColdStart(report) };
}

async function review() {
  const [{ run }, { printReview }] = await Promise.all([
    import("./review/run.ts"),
    import("./review/report.ts"),
  ]);
  const report = await run({
    latencyMs: Number(values["latency-ms"]),
    reviews: Number(values.reviews),
    progress,
  });
  return { report, text: printReview(report) };
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

async function replay() {
  const [{ run }, { printReplayBench }] = await Promise.all([
    import("./replay/run.ts"),
    import("./replay/report.ts"),
  ]);
  const report = run({
    counts: values.decisions.split(",").map(Number),
    budgetMs: Number(values["budget-ms"]),
    progress,
  });
  return { report, text: printReplayBench(report) };
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

async function dashboard() {
  const [{ run }, { printDashboardReport }] = await Promise.all([
    import("./dashboard/run.ts"),
    import("./dashboard/report.ts"),
  ]);
  const report = await run({ connections: Number(values.connections), services: 200, visits: 5, progress });
  return { report, text: printDashboardReport(report) };
}

const benches = { policy, coldstart, review, sweep, replay, approvals, dashboard };
const [name = "policy"] = positionals;
const bench = Object.hasOwn(benches, name) ? benches[name as keyof typeof benches] : undefined;
if (values.help === true || bench === undefined || positionals.length > 1) {
  console.log(usage);
  process.exit(values.help === true ? 0 : 2);
}
const { report, text } = await bench();
console.log(text);
if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify(report, null, 2)}\n`);
