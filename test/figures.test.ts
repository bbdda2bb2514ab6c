import { describe, expect, it } from "vitest";
import { figure, printFigures } from "../bench/figure.ts";

describe("the figures of the benchmarks", () => {
  it("say whether they meet their goal, and what could not be measured meets none", () => {
    const text = printFigures([
      figure("requests lost, one process", 0, "of 10"),
      figure("calls to Azure of an approving review", { median: 9.5, from: 9, to: 10 }),
      figure("weight of the dashboard, compressed", Number.NaN),
      figure("memory of a replay", 300),
    ]);
    const cells = text
      .split("\n")
      .slice(2)
      .map((line) => line.split("|").map((cell) => cell.trim()));
    expect(cells.map(([, , value, goal, met, beside]) => [value, goal, met, beside])).toEqual([
      ["0", "at most 0", "met", "of 10"],
      ["9.50 (9 to 10)", "at most 8", "not met", ""],
      ["not measured kB", "at most 100 kB", "not met", ""],
      ["300 MB", "", "", ""],
    ]);
  });
});
