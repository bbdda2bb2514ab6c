import type { Batch, OldRecords } from "../archive/archive.ts";
import type { Clock } from "../clock.ts";
import { everyRow, type Row, type Rows } from "./rows.ts";
import {
  alertPrefix,
  allOwners,
  instantDigits,
  outboxPrefix,
  timelineInstant,
  timelineKinds,
  timelinePartition,
  wholeTimeline,
} from "./keys.ts";
import { sha256 } from "../hash.ts";
import { mapConcurrent } from "../map-concurrent.ts";
import { toSafeJson } from "../json.ts";
import { oldEntries } from "./entries-to-archive.ts";
import { valueOf } from "./row-version.ts";

/** Limit of a batch, because a blob is built in memory. */
const linesMax = 1000;
const removalConcurrency = 8;

/** Old records on rows: entries of the audit chains, alerts, and dead-lettered rows of the outbox. */
export function rowsOldRecords(rows: Rows, clock: Clock): OldRecords {
  return {
    batches: async function* (age) {
      yield* oldEntries(rows, clock, age);
      yield* oldAlerts(rows, age.before);
      await trimTimeline(rows, age.chainsFrom);
    },
  };
}

/** Old alerts of all owners, in the order of the table. An alert itself names what it is about. */
async function* oldAlerts(rows: Rows, before: Date): AsyncGenerator<Batch> {
  const day = before.toISOString().slice(0, 10);
  let batch: Row[] = [];
  for await (const row of oldAlertRows(rows, before)) {
    batch.push(row);
    if (batch.length < linesMax) continue;
    yield alertBatch(rows, day, batch);
    batch = [];
  }
  if (batch.length > 0) yield alertBatch(rows, day, batch);
}

async function* oldAlertRows(rows: Rows, before: Date): AsyncGenerator<Row> {
  const below = alertPrefix + instantDigits(before.toISOString());
  yield* everyRow(rows, { partition: allOwners, prefix: alertPrefix, below });
  for await (const row of everyRow(rows, { partition: allOwners, prefix: outboxPrefix })) {
    const { deadAt } = valueOf<{ readonly deadAt?: string }>(row);
    if (deadAt !== undefined && Date.parse(deadAt) < before.getTime()) yield row;
  }
}

/** The name is a hash of the content: a repeated attempt makes the same blob, and other rows make another one. */
function alertBatch(rows: Rows, day: string, batch: readonly Row[]): Batch {
  const lines = batch.map((row) => toSafeJson(valueOf(row)));
  return {
    name: `alerts/${day}/${sha256(lines.join("\n"))}.jsonl`,
    lines,
    remove: () => removeAll(rows, batch),
  };
}

/** Removes the rows of the timeline whose entries and alerts are in the archive: a chain is archived from this instant on. */
async function trimTimeline(rows: Rows, before: Date): Promise<void> {
  const at = before.toISOString();
  const partition = { from: timelinePartition(at), to: wholeTimeline.to };
  let batch: Row[] = [];
  for await (const row of everyRow(rows, { partition, prefix: "" })) {
    if (
      timelineKinds.some(
        (kind) => row.row.startsWith(`${kind}-`) && row.row > `${timelineInstant(kind, at)}~`,
      )
    )
      batch.push(row);
    if (batch.length < linesMax) continue;
    await removeAll(rows, batch);
    batch = [];
  }
  await removeAll(rows, batch);
}

async function removeAll(rows: Rows, batch: readonly Row[]): Promise<void> {
  await mapConcurrent(batch, removalConcurrency, (row) => rows.remove(row, row.etag));
}
