import { pageMax } from "../lib/page.ts";
import { toSafeJson } from "../lib/json.ts";
import { gathered } from "./app.ts";
import type { Terminal } from "./command.ts";
import { UsageError } from "./exit-codes.ts";
import { printCsv, printTable, type Rows } from "./rows.ts";

/** The options of every list by time. */
export const rangeOptions = {
  last: { value: "<duration>", description: "only what is younger than this, such as 30m, 24h or 7d" },
  from: {
    value: "<instant>",
    description: "earliest instant, such as 2026-12-01T00:00:00Z; a date is its beginning in UTC",
  },
  to: { value: "<instant>", description: "latest instant, exclusive" },
} as const;

/** The option of every list that may be long. */
export const topOption = {
  top: { value: "<count>", description: "at most so many (default 100 for a table, else all)" },
} as const;

/** Lines of a table that a person reads. */
const tableMax = 100;

export interface List<T> {
  readonly items: AsyncIterable<T>;
  readonly row: (item: T) => Rows[number];
  readonly columns: readonly string[];
  /** The same columns in the order of CSV, where that is another one. */
  readonly csvColumns?: readonly string[];
  /** What a table says where there is nothing. */
  readonly empty: string;
}

/** Prints a list in its format. A table that is cut says so on stderr. Returns how many items were printed. */
export async function printList<T>(
  { items, row, columns, csvColumns = columns, empty }: List<T>,
  {
    format = "table",
    top,
  }: { readonly format: "table" | "json" | "csv" | undefined; readonly top: string | undefined },
  { out, err, width }: Pick<Terminal, "out" | "err" | "width">,
): Promise<number> {
  const max = topIn(top) ?? (format === "table" ? tableMax : Infinity);
  const found = await gathered(items, max + 1);
  const shown = found.slice(0, max);
  if (format === "json") out(`${toSafeJson(shown, 2)}\n`);
  else if (format === "csv") out(printCsv(shown.map(row), csvColumns));
  else if (shown.length === 0) out(`${empty}\n`);
  else out(printTable(shown.map(row).map(withShortNames), columns, width));
  if (found.length > max && top === undefined)
    err(`there are more than these ${max}; narrow them with an option, or ask for more with --top\n`);
  return shown.length;
}

/** A page of the app that is not larger than what will be shown. */
export function pageOf(top: string | undefined, format: string | undefined): string | undefined {
  const max = topIn(top) ?? ((format ?? "table") === "table" ? tableMax : undefined);
  return max === undefined ? undefined : String(Math.min(max + 1, pageMax));
}

/** The first items, as many as `--top` says; all without one. */
export async function* firstOf<T>(items: AsyncIterable<T>, top: string | undefined): AsyncGenerator<T> {
  let left = topIn(top) ?? Infinity;
  for await (const item of items) {
    yield item;
    if (--left === 0) return;
  }
}

function topIn(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text);
  throw new UsageError(`--top is "${text}"; it must be a number from 1`);
}

function withShortNames(row: Rows[number]): Rows[number] {
  return row.connection === undefined ? row : { ...row, connection: shortName(row.connection) };
}

/**
 * The name of a connection with that of its service, or the name of a service, both of which the commands take; or the
 * name of another resource. The name is whole: its requester chose it, and a part of it could be the name of another
 * connection.
 */
export function shortName(id: string): string {
  const [service = "", name] = id.split(/\/privateEndpointConnections\//i);
  const of = service.split("/").at(-1) ?? "";
  return name === undefined ? of : `${of}/${name}`;
}
