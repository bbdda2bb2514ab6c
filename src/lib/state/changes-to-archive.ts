import type { AddressHead, Change } from "../addresses/model/baseline.ts";
import { rowsInTime, type OldRecord } from "./archive-batches.ts";
import { addressHeadRow, allAddressed, changePrefix, changeRow } from "./keys.ts";
import { valueOf } from "./row-version.ts";
import { everyRow, type Rows } from "./rows.ts";

/**
 * The newest changes of a resource stay, however old they are: people look years back, and few resources change that
 * often.
 */
const keptMax = 100;

/** The old changes in the histories of addresses. */
export async function* oldChanges(
  rows: Rows,
  before: Date,
  isOver: () => boolean,
): AsyncGenerator<OldRecord> {
  for await (const head of rowsInTime(rows, { partition: allAddressed, prefix: addressHeadRow }, isOver)) {
    const { resource, sequence } = valueOf<AddressHead>(head);
    if (sequence <= keptMax) continue;
    const below = changeRow(sequence - keptMax + 1);
    for await (const row of everyRow(rows, { partition: head.partition, prefix: changePrefix, below })) {
      const change = valueOf<Change>(row);
      if (Date.parse(change.at) >= before.getTime()) break;
      yield {
        value: { resource, sequence: Number(row.row.slice(changePrefix.length)), ...change },
        remove: () => rows.remove(row, row.etag),
      };
    }
  }
}
