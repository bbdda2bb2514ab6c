import type { Alert } from "../alerts/alert.ts";
import { severityOf } from "../alerts/severity.ts";
import type { Routes } from "../alerts/sink.ts";
import { parseConnectionId } from "../azure/resource-id.ts";
import type { Entry } from "../connections/record/connection-record.ts";
import { parseJson } from "../json.ts";
import { mapConcurrent } from "../map-concurrent.ts";
import { ContinuationInvalid, pageMax, type Page, type PageRequest } from "../page.ts";
import { entryWrite } from "./chain.ts";
import * as keys from "./keys.ts";
import { outboxWrites } from "./outbox.ts";
import { rowValue } from "./row-version.ts";
import { prefixEnd, writesMax, type Row, type Rows, type Write } from "./rows.ts";

/**
 * The timeline: an index of entries and alerts over all services, newest first. Its rows are written before the
 * transaction that stores what they name, so that nothing is missing from it. A row whose transaction failed names
 * nothing, which a reader notices because it reads the entry or alert itself.
 */

/** A row of the timeline, and its partition. */
export interface Moment {
  readonly partition: string;
  readonly write: Write & { readonly kind: "put" };
}

/** The hash tells the entry from another one that took its place in the chain. */
export function entryMoment(partition: string, entry: Entry): Moment {
  const { id, sequence, at, hash, kind } = entry;
  const service = "service" in entry ? entry.service : parseConnectionId(entry.connection)?.service.text;
  const value = {
    partition,
    row: keys.entryRow(sequence),
    hash,
    kind,
    service,
    ...("connection" in entry ? { connection: entry.connection } : {}),
    ...(entry.kind === "decision" ? { verdict: entry.verdict.kind } : {}),
  };
  const row = `${keys.timelineInstant("entries", at)}-${id}-${hash.slice(0, 8)}`;
  return { partition: keys.timelinePartition(at), write: { kind: "put", row, value: rowValue(value) } };
}

export function alertMoment(partition: string, alert: Alert): Moment {
  const { id, type, time } = alert;
  const row = `${keys.timelineInstant("alerts", time)}-${id}`;
  const value = rowValue({ partition, row: keys.alertRow(alert), type, severity: severityOf[type] });
  return { partition: keys.timelinePartition(time), write: { kind: "put", row, value } };
}

/** Writes rows of the timeline: those of one transaction are of one day, and so one operation. */
export async function writeMoments(rows: Rows, moments: readonly Moment[]): Promise<void> {
  for (const [partition, day] of Map.groupBy(moments, (each) => each.partition))
    for (let from = 0; from < day.length; from += writesMax)
      await rows.commit(
        partition,
        day.slice(from, from + writesMax).map(({ write }) => write),
      );
}

/** The entry and the alerts of a transaction. */
interface Listed {
  readonly entry?: Entry;
  readonly alerts: readonly Alert[];
  readonly routes: Routes;
}

/**
 * Commits writes with an entry and alerts, after the rows of the timeline that name them. Returns the new etags, in
 * order.
 */
export async function commitListed(
  rows: Rows,
  partition: string,
  writes: readonly Write[],
  { entry, alerts, routes }: Listed,
): Promise<readonly string[]> {
  const entries = entry === undefined ? [] : [entry];
  await writeMoments(rows, [
    ...entries.map((each) => entryMoment(partition, each)),
    ...alerts.map((each) => alertMoment(partition, each)),
  ]);
  return rows.commit(partition, [...writes, ...entries.map(entryWrite), ...outboxWrites(alerts, routes)]);
}

export interface TimelineQuery {
  readonly kind: keys.TimelineKind;
  readonly where: Readonly<Record<string, string>>;
  readonly from?: string | undefined;
  readonly to?: string | undefined;
}

/** Pages of the table that one page of a listing may take. */
const pagesMax = 20;
const readConcurrency = 16;

/**
 * Lists what rows of the timeline name, newest first. `resolve` returns what a row names; undefined where that does not
 * exist or does not match.
 */
export async function listTimeline<T>(
  rows: Rows,
  query: TimelineQuery,
  { top, continuation }: PageRequest,
  resolve: (row: Row) => Promise<T | undefined>,
): Promise<Page<T>> {
  const items: T[] = [];
  let cursor: Cursor | undefined =
    continuation === undefined ? startOf(query) : cursorIn(continuation, query.kind);
  for (let pages = 0; pages < pagesMax && items.length < top && cursor !== undefined; pages++) {
    const page: RowsAfter = await rowsAfter(rows, query, cursor, Math.min(pageMax, top - items.length + 1));
    let read = 0;
    // Rows that name nothing are rare, so that one round usually fills the page.
    while (read < page.rows.length && items.length < top) {
      const batch = page.rows.slice(read, read + top - items.length);
      const named = await mapConcurrent(batch, readConcurrency, resolve);
      items.push(...named.filter((each) => each !== undefined));
      read += batch.length;
    }
    const last = page.rows[read - 1];
    cursor = read < page.rows.length && last !== undefined ? cursorAfter(last) : page.next;
  }
  return { items, ...(cursor === undefined ? {} : { continuation: printCursor(cursor) }) };
}

/** A place in the timeline: after this row of a partition or, without a row, from this partition on. */
interface Cursor {
  readonly partition: string;
  readonly row?: string;
  /** The table's continuation there: it may end a page early, and without any row. */
  readonly table?: string;
}

function startOf({ kind, to }: TimelineQuery): Cursor {
  if (to === undefined) return { partition: keys.wholeTimeline.from };
  // After every row of this very instant, which is excluded.
  return { partition: keys.timelinePartition(to), row: `${keys.timelineInstant(kind, to)}~` };
}

function cursorAfter({ partition, row }: Row): Cursor {
  return { partition, row };
}

interface RowsAfter {
  readonly rows: readonly Row[];
  /** The place after the rows; undefined at the end. */
  readonly next: Cursor | undefined;
}

async function rowsAfter(
  rows: Rows,
  { kind, where, from }: TimelineQuery,
  cursor: Cursor,
  top: number,
): Promise<RowsAfter> {
  const lastDay = from === undefined ? undefined : keys.timelinePartition(from);
  if (lastDay !== undefined && cursor.partition > lastDay) return { rows: [], next: undefined };
  const end = lastDay === undefined ? keys.wholeTimeline.to : after(lastDay);
  const { rows: found, continuation } = await rows.list({
    prefix: `${kind}-`,
    where,
    top,
    partition: cursor.row === undefined ? { from: cursor.partition, to: end } : cursor.partition,
    ...(cursor.row === undefined ? {} : { after: cursor.row }),
    ...(cursor.table === undefined ? {} : { continuation: cursor.table }),
  });
  const isLate = ({ partition, row }: Row) =>
    from === undefined || partition !== lastDay || row < prefixEnd(keys.timelineInstant(kind, from));
  const late = found.filter(isLate);
  if (late.length < found.length) return { rows: late, next: undefined };
  if (continuation !== undefined) return { rows: late, next: { ...cursor, table: continuation } };
  return { rows: late, next: cursor.row === undefined ? undefined : { partition: after(cursor.partition) } };
}

/** Sorts after a partition, and before the next day's. */
function after(partition: string): string {
  return `${partition}-`;
}

function printCursor(cursor: Cursor): string {
  return Buffer.from(JSON.stringify(cursor)).toString("base64url");
}

/** @throws {ContinuationInvalid} for a text that `printCursor` does not make for this kind of rows */
function cursorIn(text: string, kind: keys.TimelineKind): Cursor {
  const { partition, row, table } = (parseJson(Buffer.from(text, "base64url").toString()) ?? {}) as Readonly<
    Record<string, unknown>
  >;
  const isKey = (value: unknown, pattern: RegExp): value is string =>
    typeof value === "string" && pattern.test(value);
  const isRow = row === undefined || isKey(row, new RegExp(`^${kind}-\\d{13}[\\w~-]*$`));
  if (!isKey(partition, /^timeline-(?:\d{6}-?)?$/) || !isRow || !(table === undefined || isKey(table, /./)))
    throw new ContinuationInvalid("this continuation was not given by this list");
  return {
    partition,
    ...(row === undefined ? {} : { row }),
    ...(table === undefined ? {} : { table }),
  };
}
