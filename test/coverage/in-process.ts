import { readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../../local/child-process.ts";
import type { Gap, Position } from "./gap.ts";

interface Range {
  readonly start: Position;
  readonly end: End;
}

/** A column of null means the end of the line. */
interface End {
  readonly line: number;
  readonly column: number | null;
}

/**
 * Source maps have only the starts of tokens, so the end of a range may include the whitespace before the next token.
 */
const tolerance = 2;

/** The part of Istanbul's format for one file that is used here. */
export interface Covered {
  readonly statementMap: Readonly<Record<string, Range>>;
  readonly s: Readonly<Record<string, number>>;
  readonly branchMap: Readonly<
    Record<string, { readonly type: string; readonly loc: Range; readonly locations: readonly Range[] }>
  >;
  readonly b: Readonly<Record<string, readonly number[]>>;
  readonly fnMap: Readonly<Record<string, { readonly loc: Range }>>;
  readonly f: Readonly<Record<string, number>>;
}

/** Reads the coverage of the tests that import the source. Returns whether they ran a gap. */
export function readInProcess(file: string): (gap: Gap) => boolean {
  const covered = JSON.parse(readFileSync(file, "utf8")) as Readonly<Record<string, Covered>>;
  return (gap) => {
    const found = covered[join(root, gap.file)];
    return found !== undefined && isRun(gap, found);
  };
}

/** Whether any part of a gap ran. */
export function isRun(gap: Gap, covered: Covered): boolean {
  const skipped = skippedCount(gap, covered);
  if (skipped !== undefined) return skipped > 0;
  const inside = countsOf(covered).filter(
    ({ range }) =>
      !isBefore(range.start, gap.from) && isBefore(range.start, gap.to) && endsWithin(range.end, gap.to),
  );
  if (inside.length > 0) return inside.some(({ count }) => count > 0);
  const around = countsOf(covered).filter(
    ({ range }) => !isBefore(gap.from, range.start) && !isBefore(endOf(range), gap.to),
  );
  return (around.toSorted((one, other) => sizeOf(one.range) - sizeOf(other.range))[0]?.count ?? 0) > 0;
}

/** How often the condition of an `if` without `else` was false; undefined if the gap is not an `if`. */
function skippedCount({ from, text }: Gap, { branchMap, b }: Covered): number | undefined {
  if (!text.startsWith("if ")) return undefined;
  const found = Object.entries(branchMap).find(
    ([, { type, loc }]) => type === "if" && loc.start.line === from.line && loc.start.column === from.column,
  );
  return found === undefined ? undefined : b[found[0]]?.[1];
}

function countsOf({ statementMap, s, branchMap, b, fnMap, f }: Covered) {
  return [
    ...Object.entries(statementMap).map(([id, range]) => ({ range, count: s[id] ?? 0 })),
    ...Object.entries(fnMap).map(([id, { loc }]) => ({ range: loc, count: f[id] ?? 0 })),
    ...Object.entries(branchMap).flatMap(([id, { locations }]) =>
      locations.map((range, index) => ({ range, count: b[id]?.[index] ?? 0 })),
    ),
  ].filter(({ range }) => range.start.line !== undefined);
}

function isBefore(one: Position, other: Position): boolean {
  return one.line < other.line || (one.line === other.line && one.column < other.column);
}

function endsWithin({ line, column }: End, to: Position): boolean {
  if (column === null) return line <= to.line;
  return line < to.line || (line === to.line && column <= to.column + tolerance);
}

function endOf({ end: { line, column } }: Range): Position {
  return { line, column: column ?? lineMax };
}

/** Longer than any line of the source. */
const lineMax = 1_000;

function sizeOf(range: Range): number {
  const { start } = range;
  const end = endOf(range);
  return (end.line - start.line) * lineMax + end.column - start.column;
}
