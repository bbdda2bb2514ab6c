import type { Routes } from "../alerts/sink.ts";
import type { Alert } from "../alerts/alert.ts";
import type { ConnectionId, ServiceId } from "../azure/resource-id.ts";
import type { Clock } from "../clock.ts";
import {
  PlacesTaken,
  RecordChanged,
  type EntryFilter,
  type Ledger,
  type Promised,
} from "../connections/ledger.ts";
import type { ConnectionRecord, Decision, Entry, Link, Outcome } from "../connections/record.ts";
import { isTaken } from "../connections/waiting.ts";
import { adoptions } from "./adoptions.ts";
import {
  entryWrite,
  headAfter,
  headWrite,
  isPromise,
  linkAfter,
  promisedAfter,
  readHead,
  releasedBy,
} from "./chain.ts";
import * as keys from "./keys.ts";
import { openMarks } from "./marks.ts";
import { outboxWrites } from "./outbox.ts";
import { recordOf, recordWrite } from "./record-row.ts";
import { valueOf } from "./row-version.ts";
import { listed, RowConflict, type RowQuery, type Rows, type Write } from "./rows.ts";

/** What an entry leads to: the record that it leaves behind, and whom to tell. */
interface Consequence {
  readonly record: ConnectionRecord;
  readonly alerts: readonly Alert[];
}

/** Every instance may be writing about the same service: the unluckiest of them has to come through too. */
const headRetriesMax = 30;

/** The ledger on rows. `routes` say which sinks an alert goes to. */
export function rowsLedger(rows: Rows, routes: Routes, clock: Clock): Ledger {
  async function find(id: ConnectionId): Promise<ConnectionRecord | undefined> {
    const row = await rows.read(keys.connectionKey(id));
    return row && recordOf(row);
  }

  async function commitRecord(record: ConnectionRecord, writes: readonly Write[]): Promise<ConnectionRecord> {
    const [version] = await rows.commit(keys.servicePartition(record.id.service), writes);
    if (version === undefined) throw new Error("a commit without writes");
    return { ...record, version };
  }

  async function appendOnce<T extends Decision | Outcome>(
    record: ConnectionRecord,
    draft: T,
    next: (entry: T & Link) => Consequence,
    counted: readonly Promised[],
  ): Promise<ConnectionRecord> {
    const partition = keys.servicePartition(record.id.service);
    const found = await readHead(rows, partition);
    const entry = linkAfter(found.head, partition, draft, clock);
    const { record: after, alerts } = next(entry);
    const promised = (found.head.promised ?? []).map(({ id }) => id);
    // What became of a decision is told, whatever was counted; only a decision can still be another.
    const isNew = entry.kind === "decision" && isPromise(after) && !promised.includes(record.id.text);
    if (isNew && promised.some((id) => !counted.some((each) => each.id === id)))
      throw new PlacesTaken("another approval of the service was decided in the meantime");
    const head = {
      ...headAfter(releasedBy(found.head, after), entry),
      promised: promisedAfter(found.head, after),
    };
    return commitRecord(after, [
      recordWrite({ ...after, version: record.version }),
      entryWrite(entry),
      headWrite(found, head),
      ...outboxWrites(alerts, routes),
    ]);
  }

  async function saveWritingOnce(
    record: ConnectionRecord,
    until: string | undefined,
  ): Promise<ConnectionRecord | undefined> {
    const found = await readHead(rows, keys.servicePartition(record.id.service));
    const { writing, ...rest } = found.head;
    if (isTaken(writing, record, clock)) return undefined;
    const head = until === undefined ? rest : { ...rest, writing: { connection: record.id.text, until } };
    return commitRecord(record, [recordWrite(record), headWrite(found, head)]);
  }

  /** Another connection of the service may have moved the head; that is no reason to lose our record. */
  async function whileHeadMoves<T>(record: ConnectionRecord, work: () => Promise<T>): Promise<T> {
    for (let retry = 0; retry < headRetriesMax; retry++) {
      try {
        return await work();
      } catch (error) {
        if (!(error instanceof RowConflict)) throw error;
        const now = await find(record.id);
        if (now?.version !== record.version) throw changed(error);
      }
    }
    throw new RecordChanged("the service's head kept moving");
  }

  return {
    ...openMarks(rows, clock),
    ...adoptions(rows, routes, clock),
    find,
    add: (record) => orChanged(() => commitRecord({ ...record, version: "" }, [recordWrite(record)])),
    save: (record) => orChanged(() => commitRecord(record, [recordWrite(record)])),
    saveWriting: (record, until) => whileHeadMoves(record, () => saveWritingOnce(record, until)),
    append: (record, draft, next, counted = []) =>
      whileHeadMoves(record, () => appendOnce(record, draft, next, counted)),
    connections: ({ service, phase }, page) =>
      listed(rows, partitionOf(service), keys.connectionPrefix, page, (row) => {
        const record = recordOf(row);
        return phase === undefined || record.phase === phase ? record : undefined;
      }),
    entries: ({ service, ...filter }, page) =>
      listed(rows, partitionOf(service), keys.entryPrefix, page, (row) => {
        const entry = valueOf<Entry>(row);
        return fits(entry, filter) ? entry : undefined;
      }),
    entry: async (id) => {
      const place = keys.entryPlace(id);
      if (place === undefined) return undefined;
      const { rows: found } = await rows.list({ partition: place.partition, prefix: place.row, top: 1 });
      const row = found[0];
      return row && valueOf<Entry>(row);
    },
  };
}

function fits(entry: Entry, { connection, kind, from, to, verdict }: EntryFilter): boolean {
  const about = "connection" in entry ? entry.connection : undefined;
  const said = entry.kind === "decision" ? entry.verdict.kind : undefined;
  return (
    (kind ?? entry.kind) === entry.kind &&
    (connection ?? about) === about &&
    (verdict ?? said) === said &&
    (from ?? "") <= entry.at &&
    entry.at < (to ?? "~")
  );
}

function partitionOf(service: ServiceId | undefined): RowQuery["partition"] {
  return service === undefined ? keys.allServices : keys.servicePartition(service);
}

async function orChanged<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw error instanceof RowConflict ? changed(error) : error;
  }
}

function changed(cause: RowConflict): RecordChanged {
  return new RecordChanged("the record is not as it was read", { cause });
}
