import type { Alert } from "../alerts/alert.ts";
import { parseConnectionId, type ConnectionId, type ServiceId } from "../azure/resource-id.ts";
import type { Clock } from "../clock.ts";
import { canonicalJson, sha256 } from "../connections/fingerprint.ts";
import {
  RecordChanged,
  type Ledger,
  type OpenMark,
  type Page,
  type PageRequest,
} from "../connections/ledger.ts";
import type { ConnectionRecord, Decision, Entry, Link, Outcome } from "../connections/record.ts";
import * as keys from "./keys.ts";
import { outboxWrites } from "./outbox.ts";
import { rowValue, valueOf } from "./row-version.ts";
import { RowConflict, type Row, type RowQuery, type Rows, type Write } from "./rows.ts";

/** The last link of a service's chain; its etag serialises what is written about the service. */
interface Head {
  readonly sequence: number;
  readonly hash: string;
}

/** What an entry leads to: the record that it leaves behind, and whom to tell. */
interface Consequence {
  readonly record: ConnectionRecord;
  readonly alerts: readonly Alert[];
}

const noHead: Head = { sequence: 0, hash: "" };
const headRetriesMax = 10;

/** The ledger on rows. `sinks` are the names of those that every alert goes to. */
export function rowsLedger(rows: Rows, sinks: readonly string[], clock: Clock): Ledger {
  const saveWrite = (record: ConnectionRecord): Write => ({
    kind: "replace",
    row: keys.connectionKey(record.id).row,
    value: recordValue(record),
    etag: record.version,
  });

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
  ): Promise<ConnectionRecord> {
    const partition = keys.servicePartition(record.id.service);
    const headRow = await rows.read({ partition, row: keys.headRow });
    const head = headRow === undefined ? noHead : valueOf<Head>(headRow);
    const entry = linkAfter(head, record.id.service, draft, clock);
    const { record: after, alerts } = next(entry);
    return commitRecord(after, [
      saveWrite({ ...after, version: record.version }),
      { kind: "insert", row: keys.entryRow(entry.sequence), value: rowValue(entry) },
      headWrite(headRow, { sequence: entry.sequence, hash: entry.hash }),
      ...outboxWrites(alerts, sinks),
    ]);
  }

  return {
    open: async (id) => {
      const { partition, row } = keys.openKey(id);
      const value = rowValue({ id: id.text, at: clock.now().toISOString() });
      for (;;) {
        const found = await rows.read({ partition, row });
        const write: Write =
          found === undefined
            ? { kind: "insert", row, value }
            : { kind: "replace", row, value, etag: found.etag };
        try {
          const [version] = await rows.commit(partition, [write]);
          return { id, version: version ?? "" };
        } catch (error) {
          // Somebody else set or took the mark in between; ours must be the last word, so it is set again.
          if (!(error instanceof RowConflict)) throw error;
        }
      }
    },
    close: async ({ id, version }) => {
      try {
        await rows.remove(keys.openKey(id), version);
      } catch (error) {
        if (!(error instanceof RowConflict)) throw error;
      }
    },
    unfinished: async () => {
      const all = await everyRow(rows, { partition: keys.allOpen, prefix: "" });
      return all.map(markOf);
    },
    find,
    add: async (record) => {
      const { row } = keys.connectionKey(record.id);
      const write: Write = { kind: "insert", row, value: recordValue(record) };
      return orChanged(() => commitRecord({ ...record, version: "" }, [write]));
    },
    save: (record) => orChanged(() => commitRecord(record, [saveWrite(record)])),
    append: async (record, draft, next) => {
      for (let retry = 0; retry < headRetriesMax; retry++) {
        try {
          return await appendOnce(record, draft, next);
        } catch (error) {
          if (!(error instanceof RowConflict)) throw error;
          // Another connection of the service may have moved the head; that is no reason to lose our record.
          const now = await find(record.id);
          if (now?.version !== record.version) throw changed(error);
        }
      }
      throw new RecordChanged("the service's head kept moving");
    },
    connections: ({ service, phase }, page) =>
      listed(rows, partitionOf(service), keys.connectionPrefix, page, (row) => {
        const record = recordOf(row);
        return phase === undefined || record.phase === phase ? record : undefined;
      }),
    entries: ({ service, connection, kind }, page) =>
      listed(rows, partitionOf(service), keys.entryPrefix, page, (row) => {
        const entry = valueOf<Entry>(row);
        const fits =
          (kind ?? entry.kind) === entry.kind && (connection ?? entry.connection) === entry.connection;
        return fits ? entry : undefined;
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

/** The entry that follows a head; its hash covers everything in it and the link before. */
function linkAfter<T extends Decision | Outcome>(
  head: Head,
  service: ServiceId,
  draft: T,
  clock: Clock,
): T & Link {
  const sequence = head.sequence + 1;
  const unhashed = {
    ...draft,
    id: keys.entryId(service, sequence),
    sequence,
    at: clock.now().toISOString(),
    previous: head.hash,
  };
  return { ...unhashed, hash: sha256(canonicalJson(unhashed)) };
}

function headWrite(found: Row | undefined, head: Head): Write {
  const value = rowValue(head);
  if (found === undefined) return { kind: "insert", row: keys.headRow, value };
  return { kind: "replace", row: keys.headRow, value, etag: found.etag };
}

function partitionOf(service: ServiceId | undefined): RowQuery["partition"] {
  return service === undefined ? keys.allServices : keys.servicePartition(service);
}

function recordValue({
  id,
  version: _,
  ...record
}: Omit<ConnectionRecord, "version"> & { version?: string }) {
  return rowValue({ ...record, id: id.text });
}

function recordOf(row: Row): ConnectionRecord {
  const { id, ...record } = valueOf<Omit<ConnectionRecord, "id" | "version"> & { id: string }>(row);
  return { ...record, id: idOf(id), version: row.etag };
}

function idOf(text: string): ConnectionId {
  const id = parseConnectionId(text);
  if (id === undefined) throw new Error(`a row names "${text}", which is no connection's id`);
  return id;
}

function markOf(row: Row): OpenMark {
  const { id } = valueOf<{ id: string }>(row);
  return { id: idOf(id), version: row.etag };
}

async function listed<T>(
  rows: Rows,
  partition: RowQuery["partition"],
  prefix: string,
  request: PageRequest,
  pick: (row: Row) => T | undefined,
): Promise<Page<T>> {
  const page = await rows.list({ partition, prefix, ...request });
  const items = page.rows.map(pick).filter((item) => item !== undefined);
  return { items, ...(page.continuation === undefined ? {} : { continuation: page.continuation }) };
}

async function everyRow(rows: Rows, query: Pick<RowQuery, "partition" | "prefix">): Promise<Row[]> {
  const all: Row[] = [];
  let continuation: string | undefined;
  do {
    const page = await rows.list({
      ...query,
      top: 1000,
      ...(continuation === undefined ? {} : { continuation }),
    });
    all.push(...page.rows);
    ({ continuation } = page as { continuation?: string });
  } while (continuation !== undefined);
  return all;
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
