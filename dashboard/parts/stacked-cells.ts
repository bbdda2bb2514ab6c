import { useEffect, useState } from "preact/hooks";

/**
 * Cells of a table's row below each other: how many stand in a line, or `none` where the page is wide enough for
 * columns.
 */
export type Stacking = "none" | 2 | 4;

const narrow = matchMedia("(max-width: 720px)");
const middle = matchMedia("(max-width: 1080px)");

const stackingNow = (): Stacking => (narrow.matches ? 2 : middle.matches ? 4 : "none");

export function useStacking(): Stacking {
  const [stacking, setStacking] = useState(stackingNow);
  useEffect(() => {
    const changed = () => setStacking(stackingNow());
    changed();
    for (const query of [narrow, middle]) query.addEventListener("change", changed);
    return () => {
      for (const query of [narrow, middle]) query.removeEventListener("change", changed);
    };
  }, []);
  return stacking;
}

/**
 * Height of the first cell, which has a line of its own for a long name and one below it, with the padding of the row.
 */
const titlePx = 84;
const linePx = 25;

/**
 * Height of a stacked row. All rows have the same, so that the place of each is known without those before it. A cell
 * stands in the first line that has room for it, as `grid-auto-flow: dense` places it.
 */
export function stackedPx(columns: readonly { readonly isLong?: true }[], perLine: 2 | 4): number {
  const free: number[] = [];
  for (const { isLong } of columns.slice(1)) {
    const places = isLong === true ? 2 : 1;
    const found = free.findIndex((each) => each >= places);
    if (found < 0) free.push(perLine - places);
    else free[found] = (free[found] ?? 0) - places;
  }
  return titlePx + free.length * linePx;
}
