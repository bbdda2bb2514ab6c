import { goals, type FigureName, type Goal } from "./goals.ts";
import type { Spread } from "./spread.ts";
import { table } from "./table.ts";

/** A measured figure beside its goal, and beside what a peer, or the limit, takes for the same. */
export interface Figure {
  readonly name: FigureName;
  readonly value: number;
  readonly unit: string;
  readonly goal?: Goal;
  readonly peer?: string;
  /** The middle half of several measurements. */
  readonly spread?: Pick<Spread, "from" | "to">;
}

/** A figure of this name. A single number was measured once, or is exact. */
export function figure(name: FigureName, measured: number | Spread, peer?: string): Figure {
  const { unit, goal } = goals[name] as { readonly unit: string; readonly goal?: Goal };
  const spread = typeof measured === "number" ? undefined : { from: measured.from, to: measured.to };
  return {
    name,
    value: typeof measured === "number" ? measured : measured.median,
    unit,
    ...(goal === undefined ? {} : { goal }),
    ...(peer === undefined ? {} : { peer }),
    ...(spread === undefined ? {} : { spread }),
  };
}

/** Undefined if the figure has no goal. */
export function isMet({ value, goal }: Figure): boolean | undefined {
  if (goal === undefined) return undefined;
  // What could not be measured meets nothing.
  return "atMost" in goal ? value <= goal.atMost : value >= goal.atLeast;
}

export function printFigures(figures: readonly Figure[]): string {
  const rows = figures.map((each) => {
    const { name, value, unit, goal, peer = "", spread } = each;
    const measured = `${print(value)}${spread === undefined ? "" : ` (${print(spread.from)} to ${print(spread.to)})`}`;
    return [name, `${measured} ${unit}`.trim(), printGoal(goal, unit), metOf(each), peer];
  });
  return table(["figure", "measured (middle half)", "goal", "", "beside it"], rows);
}

function metOf(each: Figure): string {
  const met = isMet(each);
  if (met === undefined) return "";
  return met ? "met" : "not met";
}

function printGoal(goal: Goal | undefined, unit: string): string {
  if (goal === undefined) return "";
  const [word, value] = "atMost" in goal ? ["at most", goal.atMost] : ["at least", goal.atLeast];
  return `${word} ${print(value)} ${unit}`.trim();
}

/** Three significant digits, as far as they are behind the point. */
function print(value: number): string {
  if (!Number.isFinite(value)) return "not measured";
  const digits = Number.isInteger(value) || Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 10 ? 1 : 2;
  return value.toLocaleString("en", { minimumFractionDigits: digits, maximumFractionDigits: digits });
}
