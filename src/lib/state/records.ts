import type { Alert } from "../alerts/alert.ts";
import type { Routes } from "../alerts/sink.ts";
import type { ConnectionId } from "../azure/resource-id.ts";
import type { Clock } from "../clock.ts";
import { ReservationConflict, RecordChanged, type Ledger, type Reservation } from "../connections/ledger.ts";
import type { ConnectionRecord, Decision, Link, Outcome } from "../connections/record/connection-record.ts";
import { isLockedByAnother } from "../connections/write-lock.ts";
import {
  headAfter,
  headWrite,
  isReserving,
  linkAfter,
  reservationsAfter,
  releaseWriteLock,
  type FoundHead,
  type HeadRow,
} from "./chain.ts";
import * as keys from "./keys.ts";
import { recordOf, recordWrite } from "./connection-row.ts";
import { RowConflict, type Rows, type Write } from "./rows.ts";
import type { CachedHeads } from "./cached-heads.ts";
import { commitListed } from "./timeline.ts";

/** Where records are kept, whom their alerts go to, and by which clock. */
interface Table {
  readonly rows: Rows;
  readonly routes: Routes;
  readonly clock: Clock;
  readonly heads: CachedHeads;
}

/** The record and the alerts that are stored with an entry. */
interface Consequence {
  readonly record: ConnectionRecord;
  readonly alerts: readonly Alert[];
}

/** The records of connections, each with the entries and the service's head that it is written with. */
export function records(
  table: Table,
): Pick<Ledger, "find" | "add" | "save" | "saveWithWriteLock" | "append"> {
  return {
    find: (id) => find(table, id),
    add: (record) => rethrowConflict(() => commit(table, { ...record, version: "" }, [recordWrite(record)])),
    save: (record) => rethrowConflict(() => commit(table, record, [recordWrite(record)])),
    saveWithWriteLock: (record, until) =>
      retryWhileHeadMoves(table, record, () => saveWithWriteLock(table, record, until)),
    append: (record, draft, next, counted = []) =>
      retryWhileHeadMoves(table, record, () => append(table, record, { draft, next, counted })),
  };
}

async function find({ rows }: Table, id: ConnectionId): Promise<ConnectionRecord | undefined> {
  const row = await rows.read(keys.connectionKey(id));
  return row && recordOf(row);
}

async function commit(
  { rows }: Table,
  record: ConnectionRecord,
  writes: readonly Write[],
): Promise<ConnectionRecord> {
  const [version] = await rows.commit(keys.servicePartition(record.id.service), writes);
  if (version === undefined) throw new Error("a commit without writes");
  return { ...record, version };
}

interface Appending<T> {
  readonly draft: T;
  readonly next: (entry: T & Link) => Consequence;
  readonly counted: readonly Reservation[];
}

async function append<T extends Decision | Outcome>(
  table: Table,
  record: ConnectionRecord,
  { draft, next, counted }: Appending<T>,
): Promise<ConnectionRecord> {
  const partition = keys.servicePartition(record.id.service);
  const isCounted = (head: HeadRow) => draft.kind === "outcome" || countsAll(head, record, counted);
  // Others write little while this connection holds the write lock. Without it a head that has moved would be usual,
  // and each entry that is written with one leaves a row in the timeline that names nothing.
  const allows = (head: HeadRow) => head.writing?.connection === record.id.text && isCounted(head);
  const found = await headToWrite(table, partition, allows);
  const entry = linkAfter(found.head, partition, draft, table.clock);
  const { record: after, alerts } = next(entry);
  // Outcomes are always recorded. Only a new decision can be taken again with fresh counts.
  if (isReserving(after) && !isCounted(found.head))
    throw new ReservationConflict("another approval of the service was decided in the meantime");
  const head = {
    ...headAfter(releaseWriteLock(found.head, after), entry),
    promised: reservationsAfter(found.head, after),
  };
  const writes = [recordWrite({ ...after, version: record.version }), headWrite(found, head)];
  const etags = await commitListed(table.rows, partition, writes, { entry, alerts, routes: table.routes });
  const [version = "", etag = ""] = etags;
  table.heads.keep(partition, { head, etag });
  return { ...after, version };
}

/** Whether a decision counted every reservation, or its connection has one already. */
function countsAll(
  { promised = [] }: HeadRow,
  { id }: ConnectionRecord,
  counted: readonly Reservation[],
): boolean {
  if (promised.some((each) => each.id === id.text)) return true;
  return promised.every((each) => counted.some((known) => known.id === each.id));
}

/** The head to write with. One that was only seen may be old: nothing is refused before it was read again. */
function headToWrite(
  { heads }: Table,
  partition: string,
  allows: (head: HeadRow) => boolean,
): FoundHead | Promise<FoundHead> {
  const seen = heads.take(partition);
  return seen !== undefined && allows(seen.head) ? seen : heads.read(partition);
}

async function saveWithWriteLock(
  table: Table,
  record: ConnectionRecord,
  until: string | undefined,
): Promise<ConnectionRecord | undefined> {
  const partition = keys.servicePartition(record.id.service);
  const isFree = ({ writing }: HeadRow) => !isLockedByAnother(writing, record, table.clock);
  const found = await headToWrite(table, partition, isFree);
  if (!isFree(found.head)) return undefined;
  const { writing: _, ...rest } = found.head;
  const head = until === undefined ? rest : { ...rest, writing: { connection: record.id.text, until } };
  const [version = "", etag = ""] = await table.rows.commit(partition, [
    recordWrite(record),
    headWrite(found, head),
  ]);
  table.heads.keep(partition, { head, etag });
  return { ...record, version };
}

/** High enough that every instance succeeds when all write about one service. */
const headRetriesMax = 30;

/** Another connection of the service may have moved the head; that is no reason to lose our record. */
async function retryWhileHeadMoves<T>(
  table: Table,
  record: ConnectionRecord,
  work: () => Promise<T>,
): Promise<T> {
  for (let retry = 0; retry < headRetriesMax; retry++) {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof RowConflict)) throw error;
      const now = await find(table, record.id);
      if (now?.version !== record.version) throw changed(error);
    }
  }
  throw new RecordChanged("the service's head kept moving");
}

async function rethrowConflict<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw error instanceof RowConflict ? changed(error) : error;
  }
}

function changed(cause: RowConflict): RecordChanged {
  return new RecordChanged("the record is not as it was read", { cause });
}
