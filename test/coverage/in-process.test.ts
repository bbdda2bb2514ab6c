import { describe, expect, it } from "vitest";
import type { Gap } from "./gap.ts";
import { isRun, type Covered } from "./in-process.ts";

const at = (line: number, column: number) => ({ line, column });
const range = (from: number, to: number | null, line = 1) => ({
  start: at(line, from),
  end: { line, column: to },
});
const gapAt = (from: number, to: number, text = "x"): Gap => ({
  file: "",
  from: at(1, from),
  to: at(1, to),
  text,
});
const nothing: Covered = { statementMap: {}, s: {}, branchMap: {}, b: {}, fnMap: {}, f: {} };

/** `  return isSo ? "yes" : "no";`, of whose two ways the first alone was taken. */
const chosen: Covered = {
  ...nothing,
  statementMap: { 0: range(2, null) },
  s: { 0: 5 },
  branchMap: {
    0: { type: "cond-expr", loc: range(9, null), locations: [range(16, 22), range(24, null)] },
  },
  b: { 0: [5, 0] },
};

describe("a gap in the deployed package", () => {
  it.each([
    ["the way that was taken, though its end is told with a blank behind it", gapAt(16, 21), true],
    ["the way that was not, which ends with its line", gapAt(24, 28), false],
    ["all of it", gapAt(2, 29), true],
    ["something within, of which nothing is told by itself", gapAt(9, 13), true],
  ])("is run elsewhere or not: %s", (_, gap, run) => {
    expect(isRun(gap, chosen)).toBe(run);
  });

  it("that is an if without an else is about the times when its condition did not hold", () => {
    const ways = (taken: number, passedBy: number): Covered => ({
      ...nothing,
      statementMap: { 0: range(2, 30), 1: range(10, 30) },
      s: { 0: taken + passedBy, 1: taken },
      branchMap: { 0: { type: "if", loc: range(2, 30), locations: [range(10, 30), range(2, 30)] } },
      b: { 0: [taken, passedBy] },
    });
    const gap = gapAt(2, 30, "if (isSo) return;");
    expect(isRun(gap, ways(5, 0))).toBe(false);
    expect(isRun(gap, ways(0, 5))).toBe(true);
  });

  it("that is a function is run where the function is", () => {
    const called = (count: number): Covered => ({
      ...nothing,
      statementMap: { 0: range(0, null) },
      s: { 0: 9 },
      fnMap: { 0: { loc: range(12, 21) } },
      f: { 0: count },
    });
    expect(isRun(gapAt(4, 20), called(3))).toBe(true);
    expect(isRun(gapAt(4, 20), called(0))).toBe(false);
  });

  it("in a file of which nothing is told is not run", () => {
    expect(isRun(gapAt(0, 5), nothing)).toBe(false);
  });
});
