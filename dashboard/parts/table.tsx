import type { ComponentChildren } from "preact";
import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { usePrinting } from "./printing.ts";
import { stackedPx, useStacking, type Stacking } from "./stacked-cells.ts";

/**
 * A table of any length: only the rows in sight are in the document. Where the page is narrow, the cells of a row stand
 * below each other.
 */

export interface Column<T> {
  readonly title: string;
  readonly cell: (row: T) => ComponentChildren;
  /** Share of the width. */
  readonly width: string;
  /** Takes two places of a line where cells are stacked, because its values are long. */
  readonly isLong?: true;
}

const rowPx = 52;
/** Rows above and below those in sight, so that scrolling shows no gaps. */
const spare = 5;
/** Rows that are printed: some forty sheets. */
const printedMax = 1_000;
/**
 * Number of the row that the reader was at in the list of each link, for the way back. A list with another filter
 * begins at its top.
 */
const places = new Map<string, number>();
const placesMax = 50;

function keepRow(link: string, row: number): void {
  places.delete(link);
  places.set(link, row);
  const [oldest] = places.keys();
  if (places.size > placesMax && oldest !== undefined) places.delete(oldest);
}

export interface TableProps<T> {
  /** Names the table for assistive technology. */
  readonly label: string;
  readonly columns: readonly Column<T>[];
  readonly rows: readonly T[];
}

export function Table<T>({ label, columns, rows }: TableProps<T>) {
  const box = useRef<HTMLDivElement>(null);
  const isPrinting = usePrinting();
  const stacking = useStacking();
  const height = stacking === "none" ? rowPx : stackedPx(columns, stacking);
  const [from, sightPx] = useWindow(box, height);
  const slots = isPrinting ? printedMax : Math.ceil(sightPx / height) + 2 * spare;
  const first = isPrinting ? 0 : Math.max(0, Math.min(from - spare, rows.length - slots));
  return (
    <>
      <div
        class={classOf(isPrinting, stacking)}
        ref={box}
        role="table"
        tabIndex={0}
        aria-label={label}
        aria-rowcount={rows.length + 1}
        onMouseMove={({ target }) => titleIfCut(target)}
        style={{
          "--columns": columns.map(({ width }) => width).join(" "),
          "--row": `${height}px`,
          "--per-line": stacking === "none" ? 1 : stacking,
        }}
      >
        <Head columns={columns} />
        <div role="rowgroup" class="table-body" style={{ height: `${rows.length * height}px` }}>
          {rows.slice(first, first + slots).map((row, index) => (
            <Row
              // Elements are reused: scrolling changes texts, and creates nothing.
              key={(first + index) % slots}
              columns={columns}
              row={row}
              number={first + index}
              top={(first + index) * height}
            />
          ))}
        </div>
      </div>
      {isPrinting && rows.length > printedMax ? (
        <p>
          The first {printedMax.toLocaleString("en")} of {rows.length.toLocaleString("en")} rows. A filter
          prints others.
        </p>
      ) : null}
    </>
  );
}

function classOf(isPrinting: boolean, stacking: Stacking): string {
  if (isPrinting) return "table printed";
  return stacking === "none" ? "table" : "table stacked";
}

function Head<T>({ columns }: { readonly columns: readonly Column<T>[] }) {
  return (
    <div role="rowgroup" class="table-head">
      <div role="row" aria-rowindex={1} class="table-row">
        {columns.map(({ title }) => (
          <div role="columnheader" key={title}>
            {title}
          </div>
        ))}
      </div>
    </div>
  );
}

/**
 * Lets a cell that is cut be read whole by pointing at it. Elements are reused for other rows, so that the title is
 * that of the text at the time of pointing.
 */
function titleIfCut(target: EventTarget | null): void {
  const cell = target instanceof Element ? target.closest<HTMLElement>("[role=cell]") : null;
  if (cell === null) return;
  if ([cell, ...cell.querySelectorAll("*")].some(isCut)) cell.title = cell.innerText;
  else cell.removeAttribute("title");
}

function isCut({ clientWidth, clientHeight, scrollWidth, scrollHeight }: Element): boolean {
  // An inline element has no size of its own.
  return clientWidth > 0 && (scrollWidth > clientWidth || scrollHeight > clientHeight + 1);
}

interface RowProps<T> {
  readonly columns: readonly Column<T>[];
  readonly row: T;
  readonly number: number;
  readonly top: number;
}

function Row<T>({ columns, row, number, top }: RowProps<T>) {
  return (
    <div role="row" aria-rowindex={number + 2} class="table-row" style={{ top: `${top}px` }}>
      {columns.map(({ title, cell, isLong }) => (
        <div role="cell" key={title} class={isLong === true ? "long" : ""} data-title={title}>
          {cell(row)}
        </div>
      ))}
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
  height: number,
): readonly [number, number] {
  const [from, setFrom] = useState(0);
  const [sightPx, setSightPx] = useState(800);
  const link = location.hash;
  // Before the page is painted: what scrolls afterwards is the list of this link.
  useLayoutEffect(() => {
    const element = box.current;
    if (element === null) return;
    element.scrollTop = (places.get(link) ?? 0) * height;
    const scrolled = () => {
      const { scrollTop, clientHeight } = element;
      keepRow(link, scrollTop / height);
      setFrom(Math.floor(scrollTop / height));
      leaveHidden(element, scrollTop / height - 1, (scrollTop + clientHeight) / height);
    };
    scrolled();
    const measured = () => setSightPx(element.clientHeight);
    measured();
    const sizes = new ResizeObserver(measured);
    sizes.observe(element);
    element.addEventListener("scroll", scrolled, { passive: true });
    return () => {
      sizes.disconnect();
      element.removeEventListener("scroll", scrolled);
    };
  }, [link, height]);
  return [from, sightPx];
}
