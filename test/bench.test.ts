import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { figuresOf as approvalFigures, printApprovals } from "../bench/approvals/report.ts";
import { run as approvals } from "../bench/approvals/run.ts";
import { figuresOf as reviewFigures, printReview } from "../bench/review/report.ts";
import { run as review } from "../bench/review/run.ts";
import { figuresOf as coldStartFigures, printColdStart } from "../bench/coldstart/report.ts";
import { run as coldStart } from "../bench/coldstart/run.ts";
import { figuresOf as estateFigures, printEstates } from "../bench/estate/report.ts";
import { run as estate } from "../bench/estate/run.ts";
import { functionNames } from "./function-names.ts";
import { figuresOf as dashboardFigures, printDashboardReport } from "../bench/dashboard/report.ts";
import { run as dashboard } from "../bench/dashboard/run.ts";
import { figuresOf as sweepFigures, printSweepReport } from "../bench/sweep/report.ts";
import { run as sweep } from "../bench/sweep/run.ts";
import { run } from "../bench/policy/run.ts";
import { run as replay } from "../bench/replay/run.ts";
import { figuresOf as replayFigures, printReplayBench } from "../bench/replay/report.ts";
import { root } from "../local/child-process.ts";
import { figuresOf as policyFigures, printReport } from "../bench/policy/report.ts";
import type { Figure } from "../bench/figure.ts";
import { goals } from "../bench/goals.ts";
import { benchNames } from "../bench/sizes.ts";
import { figuresOf as loadFigures, printLoad } from "../bench/load/report.ts";
import { run as load } from "../bench/load/run.ts";
import { findBrowser } from "./dashboard/browser.ts";

/** Every figure that a benchmark of this file measured. */
const measured = new Set<string>();
let reports = 0;

/** The figures that came to no number. */
function unmeasured(figures: readonly Figure[]): string[] {
  reports++;
  for (const { name } of figures) measured.add(name);
  return figures.filter(({ value }) => !Number.isFinite(value)).map(({ name }) => name);
}

/**
 * Runs the benchmarks with tiny inputs, so that they keep working. `run` throws if a verdict differs from the oracle's;
 * times are not checked.
 */
describe("bench -- policy", () => {
  it(
    "gets the oracle's verdict from every installed engine on every request, and prints the measurements",
    { timeout: 180_000 },
    async () => {
      const steps: string[] = [];
      const report = await run({
        requests: 60,
        budgetMs: 1,
        rounds: 1,
        sets: ["S", "M", "L"],
        progress: (step) => steps.push(step),
      });
      expect(report.measured.filter(({ engine }) => engine === "drawbridge").map(({ set }) => set)).toEqual([
        "S",
        "M",
        "L",
      ]);
      expect(report.measured.filter(({ engine }) => engine.startsWith("hand-written"))).toHaveLength(2);
      expect(report.mix.S?.approve).toBeGreaterThan(5);
      expect(report.mix.L?.rules).toBeGreaterThan(30);
      expect(steps.length).toBeGreaterThan(8);
      expect(printReport(report)).toContain("| drawbridge ");
      expect(unmeasured(policyFigures(report))).toEqual([
        "a decision with 10,000 rules, as a multiple of one with 1,000",
        "10,000 rules from text to compiled",
      ]);
    },
  );
});

describe("bench -- coldstart", () => {
  it(
    "registers every function, answers an event and reaches a verdict, each in a fresh process",
    { timeout: 180_000 },
    async () => {
      const report = await coldStart({
        rounds: 1,
        rules: [5],
        parts: ["yaml"],
        app: join(root, "dist"),
        progress: () => {},
      });
      expect([report.bare.functions, report.app.functions]).toEqual([0, functionNames.length]);
      expect(report.app.bytes).toBeLessThan(1.5 * report.bare.bytes);
      expect(printColdStart(report)).toContain("| loading the policy ");
      expect(unmeasured(coldStartFigures(report))).toEqual(["first verdict of a fresh process, 1,000 rules"]);
    },
  );
});

describe("bench -- review", () => {
  it("records a verdict after three round trips to Azure, and a verified approval after eight", async () => {
    const report = await review({ latencyMs: 60, reviews: 1, progress: () => {} });
    expect(report.calls.map(({ call }) => call).filter((call) => call.startsWith("PUT"))).toHaveLength(1);
    expect(report.recordedTrips).toBeLessThanOrEqual(4);
    expect(report.verifiedTrips).toBeLessThanOrEqual(8);
    expect(printReview(report)).toContain("| the verdict is recorded ");
    expect(unmeasured(reviewFigures(report))).toEqual([]);
  });
});

describe("bench -- sweep", () => {
  it(
    "approves every request with our sweep and with the runbook, and our sweep needs fewer calls",
    { timeout: 180_000 },
    async () => {
      const steps: string[] = [];
      const report = await sweep({
        services: 60,
        subscriptions: 2,
        changes: 3,
        runbook: true,
        progress: (step) => steps.push(step),
      });
      const calls = report.measured.map(({ calls: counted }) => counted);
      expect(calls.map((each) => each.refused)).toEqual([undefined, undefined, undefined, undefined]);
      // One query for the services, and in the first sweep one for the subscriptions under the management group.
      expect(calls.map((each) => each["POST resources"])).toEqual([2, 1, 1, undefined]);
      expect(calls[3]).toEqual({
        "GET service": 62,
        "GET privateEndpointConnections": 60,
        "PUT privateEndpointConnections": 3,
      });
      expect(steps.length).toBeGreaterThan(4);
      expect(printSweepReport(report)).toContain("| approved ");
      expect(unmeasured(sweepFigures(report))).toEqual([]);
    },
  );
});

describe("bench -- estate", () => {
  it("sweeps estates of several sizes, with connections and without, and asks only the inventory", async () => {
    const report = await estate({
      estates: [
        { services: 30, connections: 0 },
        { services: 10, connections: 50 },
      ],
      progress: () => {},
    });
    // One query for the services, and one for the subscriptions under the management group.
    expect(report.measured.map(({ queries, calls }) => [queries, calls])).toEqual([
      [2, 0],
      [2, 0],
    ]);
    for (const { beforeMb, largestMb } of report.measured) expect(largestMb).toBeGreaterThan(beforeMb);
    expect(printEstates(report)).toContain("| connections ");
    expect(unmeasured(estateFigures(report))).toEqual([]);
  });
});

describe("bench -- replay", () => {
  it(
    "replays every decision of the export, and finds those that the changed policy decides otherwise",
    { timeout: 180_000 },
    () => {
      const steps: string[] = [];
      const report = replay({ counts: [400, 4_000], budgetMs: 1, progress: (step) => steps.push(step) });
      expect(report.measured.map(({ decisions }) => decisions)).toEqual([400, 4_000]);
      const [small, large] = report.measured.map(({ otherwise }) => otherwise);
      expect(small).toBeGreaterThan(0);
      expect(large).toBeGreaterThan(small ?? 0);
      expect(steps).toHaveLength(4);
      expect(printReplayBench(report)).toContain("| decisions ");
      expect(unmeasured(replayFigures(report))).toEqual([]);
    },
  );
});

describe("bench -- approvals", () => {
  it(
    "approves every request at one service with one PUT for each decision, with events and with sweeps alone",
    { timeout: 180_000 },
    async () => {
      const steps: string[] = [];
      const report = await approvals({
        requests: [1, 3],
        processes: [1, 2],
        progress: (step) => steps.push(step),
      });
      expect(report.measured.map(({ requests, puts, decisions }) => [requests, puts, decisions])).toEqual(
        [1, 1, 3, 3, 1, 1, 3, 3].map((count) => [count, count, count]),
      );
      for (const { approvedSeconds, floorSeconds, appliedSeconds } of report.measured) {
        expect(approvedSeconds).toBeGreaterThan(floorSeconds);
        expect(appliedSeconds).toBeGreaterThan(approvedSeconds);
      }
      expect(steps).toHaveLength(8);
      expect(printApprovals(report)).toContain("PUTs per decision");
      // Only ten requests are compared with Azure's own time.
      expect(unmeasured(approvalFigures(report))).toHaveLength(1);
    },
  );
});

describe.skipIf(findBrowser() === undefined)("bench -- dashboard", () => {
  it(
    "shows a part of the rows in the dashboard and all of them in the plain page, and sends nothing again that did not change",
    { timeout: 180_000 },
    async () => {
      const steps: string[] = [];
      const report = await dashboard({
        sizes: [100, 300],
        visits: 1,
        progress: (step) => steps.push(step),
      });
      expect(report.map(({ connections, services }) => [connections, services])).toEqual([
        [100, 10],
        [300, 30],
      ]);
      const { page, plain, weightBytes, answerBytes, refreshBytes, listBytes, formMs } = report[1]!;
      expect([page.rowsInDocument < 60, plain.rowsInDocument]).toEqual([true, 300]);
      expect([weightBytes < 100_000, answerBytes > 1_000, refreshBytes]).toEqual([true, true, 0]);
      // Thirty connections are held, and each service has three kinds of addresses.
      expect(listBytes).toBeGreaterThan(1_000);
      for (const { tableMs, frameMs } of [page, plain]) expect(Math.min(tableMs, frameMs)).toBeGreaterThan(0);
      expect(formMs).toBeGreaterThan(0);
      expect(steps).toHaveLength(4);
      expect(printDashboardReport(report)).toContain("request to the first table");
      expect(printDashboardReport(report)).not.toContain("NaN");
      expect(unmeasured(dashboardFigures(report))).toEqual([]);
    },
  );
});

describe("bench -- load", () => {
  it(
    "loses no request that an event reports, with one process and with three",
    { timeout: 240_000 },
    async () => {
      const report = await load({
        eventsPerSecond: 4,
        seconds: 1,
        burst: 6,
        processes: [1, 3],
        services: 20,
        sweepMinutes: 1,
        progress: () => {},
      });
      for (const { lost, puts, burst, steady } of report.measured)
        expect([lost, puts, burst.refused, steady.refused]).toEqual([[], 10, 0, 0]);
      expect(printLoad(report)).toContain("| until the last approval ");
      expect(unmeasured(loadFigures(report))).toEqual([]);
    },
  );
});

describe("the figures", () => {
  it("have a goal for each that a benchmark measures, and a benchmark for each goal", ({ skip }) => {
    skip(reports < benchNames.length, "some benchmarks did not run");
    expect([...measured].toSorted()).toEqual(Object.keys(goals).toSorted());
  });
});
