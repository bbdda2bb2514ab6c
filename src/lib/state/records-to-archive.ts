import type { OldRecords } from "../archive/archive.ts";
import type { Clock } from "../clock.ts";
import { mapConcurrent } from "../map-concurrent.ts";
import { batchesOf, rowsInTime, type OldRecord } from "./archive-batches.ts";
import { oldChanges } from "./changes-to-archive.ts";
import { oldEntries } from "./entries-to-archive.ts";
import { goneConnections } from "./gone-to-archive.ts";
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
import { valueOf } from "./row-version.ts";
import type { Row, Rows } from "./rows.ts";

/** Rows of the timeline that are removed before the time is looked at again. */
const removalMax = 100;
const removalConcurrency = 8;

/**
 * Old records on rows: entries of the audit chains, alerts, connections that are gone, and changes of addresses. The
 * record of a connection stays until the entries about it are in the archive: it names one, which shows that the end of
 * the chain is there.
 */
export function rowsOldRecords(rows: Rows, clock: Clock): OldRecords {
  return {
    batches: async function* (age, isOver) {
      const { before, chainsFrom } = age;
      yield* oldEntries(rows, clock, age, isOver);
      yield* batchesOf("alerts", before, oldAlerts(rows, before, isOver), isOver);
      yield* batchesOf("connections", chainsFrom, goneConnections(rows, chainsFrom, isOver), isOver);
      yield* batchesOf("addresses", before, oldChanges(rows, before, isOver), isOver);
      await trimTimeline(rows, chainsFrom, isOver);
    },
  };
}

/** Old alerts of all owners. An alert itself names what it is about. */
async function* oldAlerts(rows: Rows, before: Date, isOver: () => boolean): AsyncGenerator<OldRecord> {
  for await (const row of oldAlertRows(rows, before, isOver))
    yield { value: valueOf(row), remove: () => rows.remove(row, row.etag) };
}

async function* oldAlertRows(rows: Rows, before: Date, isOver: () => boolean): AsyncGenerator<Row> {
  const below = alertPrefix + instantDigits(before.toISOString());
  yield* rowsInTime(rows, { partition: allOwners, prefix: alertPrefix, below }, isOver);
  for await (const row of rowsInTime(rows, { partition: allOwners, prefix: outboxPrefix }, isOver)) {
    const { deadAt } = valueOf<{ readonly deadAt?: string }>(row);
    if (deadAt !== undefined && Date.parse(deadAt) < before.getTime()) yield row;
  }
}

/**
 * Removes the rows of the timeline whose entries and alerts are in the archive: a chain is archived from this instant
 * on.
 */
async function trimTimeline(rows: Rows, before: Date, isOver: () => boolean): Promise<void> {
  const at = before.toISOString();
  const partition = { from: timelinePartition(at), to: wholeTimeline.to };
  let batch: Row[] = [];
  for await (const row of rowsInTime(rows, { partition, prefix: "" }, isOver)) {
    if (
      timelineKinds.some(
        (kind) => row.row.startsWith(`${kind}-`) && row.row > `${timelineInstant(kind, at)}~`,
      )
    )
      batch.push(row);
    if (batch.length < removalMax) continue;
    await removeAll(rows, batch);
    batch = [];
  }
  if (!isOver()) await removeAll(rows, batch);
}

async function removeAll(rows: Rows, batch: readonly Row[]): Promise<void> {
  await mapConcurrent(batch, removalConcurrency, (row) => rows.remove(row, row.etag));
}
