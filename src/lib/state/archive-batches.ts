import type { Batch } from "../archive/archive.ts";
import { sha256 } from "../hash.ts";
import { toSafeJson } from "../json.ts";
import { mapConcurrent } from "../map-concurrent.ts";
import { everyRow, type Row, type Rows } from "./rows.ts";

/** Limit of a batch, because a blob is built in memory. */
const linesMax = 1000;
const removalConcurrency = 8;

/** A record that leaves the table once its line is in the archive. */
export interface OldRecord {
  readonly value: unknown;
  readonly remove: () => Promise<void>;
}

/** Every row of a query, until the run has used up its time. */
export async function* rowsInTime(
  rows: Rows,
  query: Parameters<typeof everyRow>[1],
  isOver: () => boolean,
): AsyncGenerator<Row> {
  if (isOver()) return;
  for await (const row of everyRow(rows, query)) {
    if (isOver()) return;
    yield row;
  }
}

/**
 * Old records of one kind in batches, in the order of the table. A blob's name is a hash of its content: a repeated
 * attempt makes the same blob, and other records make another one.
 */
export async function* batchesOf(
  kind: "alerts" | "connections" | "addresses",
  before: Date,
  records: AsyncIterable<OldRecord>,
  isOver: () => boolean,
): AsyncGenerator<Batch> {
  const day = before.toISOString().slice(0, 10);
  let found: OldRecord[] = [];
  for await (const record of records) {
    found.push(record);
    if (found.length < linesMax) continue;
    yield batchOf(`${kind}/${day}`, found, isOver);
    found = [];
  }
  if (found.length > 0) yield batchOf(`${kind}/${day}`, found, isOver);
}

/** A row that is left where the time ends first is in a blob of the next run, too. */
function batchOf(folder: string, records: readonly OldRecord[], isOver: () => boolean): Batch {
  const lines = records.map(({ value }) => toSafeJson(value));
  return {
    name: `${folder}/${sha256(lines.join("\n"))}.jsonl`,
    lines,
    remove: async () => {
      await mapConcurrent(records, removalConcurrency, async (record) => {
        if (!isOver()) await record.remove();
      });
    },
  };
}
