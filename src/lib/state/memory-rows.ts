import { ContinuationInvalid } from "../connections/ledger.ts";
import { pack, unpack } from "./pack.ts";
import { RowConflict, type Key, type Row, type RowQuery, type Rows } from "./rows.ts";

/** Rows in memory, with the behaviour of the table: for tests and simulations. */
export function memoryRows(): Rows {
  const stored = new Map<string, Row>();
  let version = 0;
  const at = ({ partition, row }: Key) => `${partition}\n${row}`;
  const copy = (row: Row): Row => ({ ...row, value: unpack(pack(row.value)) });
  const conflictAt = (key: Key, etag: string | undefined): boolean => stored.get(at(key))?.etag !== etag;
  return {
    read: (key) => {
      const row = stored.get(at(key));
      return Promise.resolve(row && copy(row));
    },
    list: async (query) => Promise.resolve(page([...stored.values()].filter(matches(query)), query, copy)),
    commit: async (partition, writes) => {
      const replaced = (index: number) =>
        writes[index]?.kind === "replace" ? writes[index].etag : undefined;
      const conflict = writes.findIndex(({ row }, index) => conflictAt({ partition, row }, replaced(index)));
      if (conflict >= 0) throw new RowConflict(`row ${writes[conflict]?.row} is not as it was read`);
      // Packed before anything is stored, so that a row that does not fit leaves nothing behind.
      const rows = writes.map(({ row, value }) => copy({ partition, row, value, etag: String(++version) }));
      for (const row of rows) stored.set(at(row), row);
      return Promise.resolve(rows.map(({ etag }) => etag));
    },
    remove: async (key, etag) => {
      if (!stored.has(at(key))) return;
      if (conflictAt(key, etag)) throw new RowConflict(`row ${key.row} is not as it was read`);
      stored.delete(at(key));
    },
  };
}

function matches({ partition, prefix }: RowQuery): (row: Row) => boolean {
  const inPartition = (each: string) =>
    typeof partition === "string" ? each === partition : each >= partition.from && each < partition.to;
  return (row) => inPartition(row.partition) && row.row.startsWith(prefix);
}

function page(rows: Row[], { top, continuation }: RowQuery, copy: (row: Row) => Row) {
  const place = ({ partition, row }: Key) => `${partition}\n${row}`;
  const sorted = rows.toSorted((a, b) => (place(a) < place(b) ? -1 : 1));
  if (continuation !== undefined && !continuation.includes("\n"))
    throw new ContinuationInvalid("this continuation was not given by this table");
  const rest = continuation === undefined ? sorted : sorted.filter((row) => place(row) > continuation);
  const last = rest[top - 1];
  const more = last === undefined || rest.length === top ? {} : { continuation: place(last) };
  return { rows: rest.slice(0, top).map(copy), ...more };
}
