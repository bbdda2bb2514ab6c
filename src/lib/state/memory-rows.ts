import type { Json } from "../json.ts";
import { ContinuationInvalid } from "../page.ts";
import { fromEntity, propertiesMax, textMax, toEntity } from "./entity.ts";
import {
  RowConflict,
  RowTooLarge,
  writesMax,
  type Key,
  type Row,
  type RowPage,
  type RowQuery,
  type Rows,
} from "./rows.ts";

/** Rows in memory, with the behaviour of the table: for tests and simulations. */
export function memoryRows(): Rows {
  const partitions = new Map<string, Map<string, Row>>();
  let version = 0;
  const at = ({ partition, row }: Key) => partitions.get(partition)?.get(row);
  return {
    read: (key) => Promise.resolve(at(key)),
    list: async (query) => Promise.resolve(page(partitions, query)),
    commit: async (partition, writes) => {
      if (writes.length > writesMax) throw new RowTooLarge(`a transaction takes ${writesMax} rows at most`);
      const replaced = (index: number) =>
        writes[index]?.kind === "replace" ? writes[index].etag : undefined;
      const conflict = writes.findIndex(
        ({ kind, row }, index) => kind !== "put" && at({ partition, row })?.etag !== replaced(index),
      );
      if (conflict >= 0) throw new RowConflict(`row ${writes[conflict]?.row} is not as it was read`);
      // Read back before anything is stored, so that a row that does not fit leaves nothing behind.
      const rows = writes.map(({ row, value }) =>
        Object.freeze({ partition, row, value: asStored(value), etag: String(++version) }),
      );
      const stored = partitions.get(partition) ?? new Map<string, Row>();
      partitions.set(partition, stored);
      for (const row of rows) stored.set(row.row, row);
      return Promise.resolve(rows.map(({ etag }) => etag));
    },
    remove: async (key, etag) => {
      const row = at(key);
      if (row === undefined) return;
      if (row.etag !== etag) throw new RowConflict(`row ${key.row} is not as it was read`);
      partitions.get(key.partition)?.delete(key.row);
    },
  };
}

/**
 * A value as the table gives it back: its JSON without the members that are null, frozen. Reads return the stored
 * object, so that a change of it throws instead of changing the table. Where no limit of the table is near, a copy is
 * much faster than a conversion to an entity and back, and simulations do little else.
 * @throws {RowTooLarge}
 */
function asStored(value: Row["value"]): Row["value"] {
  const size = { characters: 0 };
  const copy = copyOf(value, size);
  const properties = Object.entries(copy);
  if (size.characters > textMax || properties.length > propertiesMax)
    return copyOf(fromEntity(toEntity(value)), size);
  const kept = properties.filter(([, each]) => each !== null);
  return kept.length < properties.length ? Object.freeze(Object.fromEntries(kept)) : copy;
}

/** What a scalar that is not a text takes at most. */
const scalarLength = 24;

/** A frozen copy as JSON gives it back, without what is undefined. Adds about how many characters its text has. */
function copyOf<T extends Json | undefined>(value: T, size: { characters: number }): T {
  size.characters += typeof value === "string" ? value.length : scalarLength;
  // JSON has no negative zero.
  if (typeof value === "number") return (value + 0) as T;
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return Object.freeze(value.map((each: Json) => copyOf(each ?? null, size))) as T;
  const copy: Record<string, Json> = {};
  for (const [name, each] of Object.entries(value) as [string, Json | undefined][]) {
    if (each === undefined) continue;
    size.characters += name.length;
    // An assignment would set the prototype.
    if (name === "__proto__")
      Object.defineProperty(copy, name, { value: copyOf(each, size), enumerable: true });
    else copy[name] = copyOf(each, size);
  }
  return Object.freeze(copy) as T;
}

/** A continuation is the place of the last row that was given: partition and row, a line each. */
function page(
  partitions: ReadonlyMap<string, ReadonlyMap<string, Row>>,
  { partition: wanted, prefix, after: low, below, where = {}, top, continuation = "\n" }: RowQuery,
): RowPage {
  const properties = Object.entries(where);
  const [after = "", afterRow] = continuation.split("\n");
  if (afterRow === undefined) throw new ContinuationInvalid("this continuation was not given by this table");
  const names =
    typeof wanted === "string"
      ? [wanted].filter((each) => each >= after)
      : [...partitions.keys()]
          .filter((each) => each >= wanted.from && each < wanted.to && each >= after)
          .toSorted();
  const rows: Row[] = [];
  for (const name of names) {
    const stored = [...(partitions.get(name)?.values() ?? [])]
      .filter(
        ({ row, value }) =>
          row.startsWith(prefix) &&
          (low === undefined || row > low) &&
          (below === undefined || row < below) &&
          (name !== after || row > afterRow) &&
          properties.every(([property, text]) => value[property] === text),
      )
      .toSorted((a, b) => (a.row < b.row ? -1 : 1));
    rows.push(...stored.slice(0, top + 1 - rows.length));
    if (rows.length > top) break;
  }
  const last = rows[top - 1];
  const more = rows.length > top && last !== undefined;
  return {
    rows: rows.slice(0, top),
    ...(more ? { continuation: `${last.partition}\n${last.row}` } : {}),
  };
}
