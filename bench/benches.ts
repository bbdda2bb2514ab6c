import { execFileSync } from "node:child_process";
import { root } from "../local/child-process.ts";
import type { Figure } from "./figure.ts";
import type { BenchName, Values } from "./sizes.ts";

/** What a benchmark measured: all of it, as text for people, and the figures that have goals. */
export interface Result {
  readonly report: unknown;
  readonly text: string;
  readonly figures: readonly Figure[];
}

type Progress = (step: string) => void;

const number = (values: Values, name: string) => Number(values[name]);
const texts = (values: Values, name: string) => String(values[name]).split(",");
const numbers = (values: Values, name: string) => texts(values, name).map(Number);

/** Each benchmark by name. What it needs is loaded when it runs. */
export const benches: Readonly<Record<BenchName, (values: Values, progress: Progress) => Promise<Result>>> = {
  policy: async (values, progress) => {
    const [{ run }, { printReport, figuresOf }] = await Promise.all([
      import("./policy/run.ts"),
      import("./policy/report.ts"),
    ]);
    const report = await run({
      requests: number(values, "requests"),
      budgetMs: number(values, "budget-ms"),
      rounds: number(values, "rounds"),
      sets: texts(values, "sets"),
      progress,
    });
    return { report, text: printReport(report), figures: figuresOf(report) };
  },
  coldstart: async (values, progress) => {
    const [{ deferredParts, run }, { printColdStart, figuresOf }] = await Promise.all([
      import("./coldstart/run.ts"),
      import("./coldstart/report.ts"),
    ]);
    const [rounds, rules] = [number(values, "rounds"), numbers(values, "rules")];
    const report = await run({ rounds, rules, parts: deferredParts, progress });
    return { report, text: printColdStart(report), figures: figuresOf(report) };
  },
  review: async (values, progress) => {
    const [{ run }, { printReview, figuresOf }] = await Promise.all([
      import("./review/run.ts"),
      import("./review/report.ts"),
    ]);
    const [latencyMs, reviews] = [number(values, "latency-ms"), number(values, "reviews")];
    const report = await run({ latencyMs, reviews, progress });
    return { report, text: printReview(report), figures: figuresOf(report) };
  },
  sweep: async (values, progress) => {
    const [{ run }, { printSweepReport, figuresOf }] = await Promise.all([
      import("./sweep/run.ts"),
      import("./sweep/report.ts"),
    ]);
    const report = await run({
      services: number(values, "services"),
      subscriptions: number(values, "subscriptions"),
      changes: number(values, "changes"),
      runbook: values["ours-alone"] !== true,
      progress,
    });
    return { report, text: printSweepReport(report), figures: figuresOf(report) };
  },
  estate: async (values, progress) => {
    const [{ run }, { printEstates, figuresOf }] = await Promise.all([
      import("./estate/run.ts"),
      import("./estate/report.ts"),
    ]);
    const estates = texts(values, "estates").map((estate) => {
      const [services = Number.NaN, connections = 0] = estate.split("x").map(Number);
      return { services, connections };
    });
    const report = await run({ estates, progress });
    return { report, text: printEstates(report), figures: figuresOf(report) };
  },
  replay: async (values, progress) => {
    const [{ run }, { printReplayBench, figuresOf }] = await Promise.all([
      import("./replay/run.ts"),
      import("./replay/report.ts"),
    ]);
    const report = run({
      counts: numbers(values, "decisions"),
      budgetMs: number(values, "budget-ms"),
      progress,
    });
    return { report, text: printReplayBench(report), figures: figuresOf(report) };
  },
  approvals: async (values, progress) => {
    const [{ run }, { printApprovals, figuresOf }] = await Promise.all([
      import("./approvals/run.ts"),
      import("./approvals/report.ts"),
    ]);
    const [requests, processes] = [numbers(values, "counts"), numbers(values, "processes")];
    const report = await run({ requests, processes, progress });
    return { report, text: printApprovals(report), figures: figuresOf(report) };
  },
  dashboard: async (values, progress) => {
    buildApp(progress);
    const [{ run }, { printDashboardReport, figuresOf }] = await Promise.all([
      import("./dashboard/run.ts"),
      import("./dashboard/report.ts"),
    ]);
    const [sizes, visits] = [numbers(values, "connections"), number(values, "visits")];
    const report = await run({ sizes, visits, progress });
    return { report, text: printDashboardReport(report), figures: figuresOf(report) };
  },
  load: async (values, progress) => {
    buildApp(progress);
    const [{ run }, { printLoad, figuresOf }] = await Promise.all([
      import("./load/run.ts"),
      import("./load/report.ts"),
    ]);
    const report = await run({
      eventsPerSecond: number(values, "events-per-second"),
      seconds: number(values, "seconds"),
      burst: number(values, "burst"),
      processes: numbers(values, "processes"),
      services: number(values, "services"),
      sweepMinutes: number(values, "sweep-minutes"),
      progress,
    });
    return { report, text: printLoad(report), figures: figuresOf(report) };
  },
};

/** Builds the app and its page, so that this source is measured, and not what an earlier build left. */
function buildApp(progress: Progress): void {
  progress("building the app");
  execFileSync(process.execPath, ["scripts/build.ts"], { cwd: root, stdio: ["ignore", "ignore", "inherit"] });
}
