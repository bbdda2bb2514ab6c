import { describe, expect, it } from "vitest";
import { run } from "../bench/policy/run.ts";
import { printReport } from "../bench/policy/table.ts";

/** The benchmarks, tiny, so that they cannot rot. `run` throws where an engine decides otherwise than the oracle; no time is judged. */
describe("bench -- policy", () => {
  it("has every engine that is installed give the oracle's verdict on every request, and prints what it measured", () => {
    const said: string[] = [];
    const report = run({
      requests: 300,
      budgetMs: 1,
      sets: ["S", "M", "L", "XL"],
      progress: (what) => said.push(what),
    });
    expect(report.measured.filter(({ engine }) => engine === "drawbridge").map(({ set }) => set)).toEqual([
      "S",
      "M",
      "L",
      "XL",
    ]);
    expect(report.measured.filter(({ engine }) => engine.startsWith("hand-written"))).toHaveLength(2);
    expect(report.mix.S?.approve).toBeGreaterThan(40);
    expect(report.mix.L?.rules).toBeGreaterThan(50);
    expect(said.length).toBeGreaterThan(8);
    expect(printReport(report)).toContain("| drawbridge ");
  });
});
