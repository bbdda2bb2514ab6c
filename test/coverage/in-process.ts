import { readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../../local/child-process.ts";
import type { Gap, Position } from "./gap.ts";

interface Range {
  readonly start: Position;
  readonly end: End;
}

/** Null for the end of the line, wherever that is. */
interface End {
  readonly line: number;
  readonly column: number | null;
}

/** Positions come from a source map, which knows where a token begins: what ends before one may end with its blank. */
const blank = 2;

/** Istanbul's format of one file, as far as it is read here. */
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

/** Tells whether the tests that call the source itself ran a gap. */
export function readInProcess(file: string): (gap: Gap) => boolean {
  const covered = JSON.parse(readFileSync(file, "utf8")) as Readonly<Record<string, Covered>>;
  return (gap) => {
    const found = covered[join(root, gap.file)];
    return found !== undefined && isRun(gap, found);
  };
}

/** Whether anything of a gap ran. */
export function isRun(gap: Gap, covered: Covered): boolean {
  const otherwise = elseOf(gap, covered);
  if (otherwise !== undefined) return otherwise > 0;
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

/** How often an `if` without an `else` was passed by; undefined where the gap is none. */
function elseOf({ from, text }: Gap, { branchMap, b }: Covered): number | undefined {
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
  return line < to.line || (line === to.line && column <= to.column + blank);
}

function endOf({ end: { line, column } }: Range): Position {
  return { line, column: column ?? lineMax };
}

/** No line of the source is as long. */
const lineMax = 1_000;

function sizeOf(range: Range): number {
  const { start } = range;
  const end = endOf(range);
  return (end.line - start.line) * lineMax + end.column - start.column;
}
