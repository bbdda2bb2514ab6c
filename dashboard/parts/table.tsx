import type { ComponentChildren } from "preact";
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";

/** A table of any length: only the rows in sight are in the document. */

export interface Column<T> {
  readonly title: string;
  readonly cell: (row: T) => ComponentChildren;
  /** Share of the width. */
  readonly width: string;
  /** Left out where the page is narrow: `wide` below 720 px, `wider` below 1,080 px. */
  readonly from?: "wide" | "wider";
}

const rowPx = 52;
/** Rows above and below those in sight, so that scrolling shows no gaps. */
const spare = 5;
/** Where the reader was in each table, for the way back. */
const places = new Map<string, number>();

export interface TableProps<T> {
  /** Names the table for assistive technology, and its place among those that were scrolled. */
  readonly label: string;
  readonly columns: readonly Column<T>[];
  readonly rows: readonly T[];
}

export function Table<T>({ label, columns, rows }: TableProps<T>) {
  const box = useRef<HTMLDivElement>(null);
  const [from, height] = useWindow(box, label);
  const slots = Math.ceil(height / rowPx) + 2 * spare;
  const first = Math.max(0, Math.min(from - spare, rows.length - slots));
  const shown = rows.slice(first, first + slots);
  const style = { "--columns": columns.map(({ width }) => width).join(" ") };
  const narrow = columns.filter((each) => each.from === undefined).map(({ width }) => width);
  const middle = columns.filter((each) => each.from !== "wider").map(({ width }) => width);
  return (
    <div
      class="table"
      ref={box}
      role="table"
      tabIndex={0}
      aria-label={label}
      aria-rowcount={rows.length + 1}
      style={{ ...style, "--narrow": narrow.join(" "), "--middle": middle.join(" ") }}
    >
      <div role="rowgroup" class="table-head">
        <div role="row" aria-rowindex={1} class="table-row">
          {columns.map(({ title, from: since = "" }) => (
            <div role="columnheader" key={title} class={since}>
              {title}
            </div>
          ))}
        </div>
      </div>
      <div role="rowgroup" class="table-body" style={{ height: `${rows.length * rowPx}px` }}>
        {shown.map((row, index) => (
          <div
            role="row"
            aria-rowindex={first + index + 2}
            class="table-row"
            // Elements are reused: scrolling changes texts, and creates nothing.
            key={(first + index) % slots}
            style={{ top: `${(first + index) * rowPx}px` }}
          >
            {columns.map(({ title, cell, from: since = "" }) => (
              <div role="cell" key={title} class={since}>
                {cell(row)}
              </div>
            ))}
          </div>
        ))}
      </div>
    </div>
  );
}

/** Gives the focus of a row that left the sight to the table, because another row takes over its element. */
function leaveHidden(table: HTMLElement, from: number, to: number): void {
  const row = document.activeElement?.closest("[role=row]") ?? null;
  if (row === null || !table.contains(row)) return;
  const index = Number(row.getAttribute("aria-rowindex")) - 2;
  if (index < from || index > to) table.focus({ preventScroll: true });
}

/** Number of the first row in sight, and the height of what is in sight. */
function useWindow(
  box: { readonly current: HTMLDivElement | null },
  label: string,
): readonly [number, number] {
  const [from, setFrom] = useState(0);
  const [height, setHeight] = useState(800);
  useLayoutEffect(() => {
    if (box.current === null) return;
    box.current.scrollTop = places.get(label) ?? 0;
    setHeight(box.current.clientHeight);
  }, [label]);
  useEffect(() => {
    const element = box.current;
    if (element === null) return;
    const scrolled = () => {
      const { scrollTop, clientHeight } = element;
      places.set(label, scrollTop);
      setFrom(Math.floor(scrollTop / rowPx));
      leaveHidden(element, scrollTop / rowPx - 1, (scrollTop + clientHeight) / rowPx);
    };
    scrolled();
    const sizes = new ResizeObserver(() => setHeight(element.clientHeight));
    sizes.observe(element);
    element.addEventListener("scroll", scrolled, { passive: true });
    return () => {
      sizes.disconnect();
      element.removeEventListener("scroll", scrolled);
    };
  }, [label]);
  return [from, height];
}
