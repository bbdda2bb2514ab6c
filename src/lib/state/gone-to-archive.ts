import { rowsInTime, type OldRecord } from "./archive-batches.ts";
import { connectionIdOf, recordOf } from "./connection-row.ts";
import { connectionKey, listedPrefix, openPartitions } from "./keys.ts";
import { valueOf } from "./row-version.ts";
import { RowConflict, type Row, type Rows } from "./rows.ts";

/**
 * The records of connections that are gone since before this instant. The record goes first and its row of the list
 * last, so that a run that ends in between is completed by the next one. A name that is used again meanwhile keeps
 * both.
 */
export async function* goneConnections(
  rows: Rows,
  before: Date,
  isOver: () => boolean,
): AsyncGenerator<OldRecord> {
  for (const partition of openPartitions)
    for await (const listed of rowsInTime(
      rows,
      { partition, prefix: listedPrefix, where: { phase: "Gone" } },
      isOver,
    )) {
      const { id } = valueOf<{ readonly id: string }>(listed);
      const row = await rows.read(connectionKey(connectionIdOf(id)));
      if (row === undefined) await removeUnchanged(rows, listed);
      else if (isGoneSince(row, before))
        yield {
          value: valueOf(row),
          remove: async () => {
            if (await removeUnchanged(rows, row)) await removeUnchanged(rows, listed);
          },
        };
    }
}

function isGoneSince(row: Row, before: Date): boolean {
  const { phase, reviewedAt, firstSeenAt } = recordOf(row);
  return phase === "Gone" && Date.parse(reviewedAt ?? firstSeenAt) < before.getTime();
}

/** Removes a row; false where it changed since it was read, and so stays. */
async function removeUnchanged(rows: Rows, row: Row): Promise<boolean> {
  try {
    await rows.remove(row, row.etag);
    return true;
  } catch (error) {
    if (error instanceof RowConflict) return false;
    throw error;
  }
}
