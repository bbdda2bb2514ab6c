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

/** Coverage of `  return isSo ? "yes" : "no";` if only the first branch ran. */
const conditional: Covered = {
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
    ["the branch that ran, although its range ends with a space", gapAt(16, 21), true],
    ["the branch that did not run, which ends with the line", gapAt(24, 28), false],
    ["the whole statement", gapAt(2, 29), true],
    ["a part that has no count of its own", gapAt(9, 13), true],
  ])("ran or did not run in process: %s", (_, gap, run) => {
    expect(isRun(gap, conditional)).toBe(run);
  });

  it("that is an if without else ran if the condition was false", () => {
    const counts = (taken: number, skipped: number): Covered => ({
      ...nothing,
      statementMap: { 0: range(2, 30), 1: range(10, 30) },
      s: { 0: taken + skipped, 1: taken },
      branchMap: { 0: { type: "if", loc: range(2, 30), locations: [range(10, 30), range(2, 30)] } },
      b: { 0: [taken, skipped] },
    });
    const gap = gapAt(2, 30, "if (isSo) return;");
    expect(isRun(gap, counts(5, 0))).toBe(false);
    expect(isRun(gap, counts(0, 5))).toBe(true);
  });

  it("that is a function ran if the function was called", () => {
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

  it("in a file without coverage did not run", () => {
    expect(isRun(gapAt(0, 5), nothing)).toBe(false);
  });
});
