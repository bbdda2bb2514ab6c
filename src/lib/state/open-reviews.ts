import type { Clock } from "../clock.ts";
import type { InLine, Ledger, OpenReview, Wait } from "../connections/ledger.ts";
import { allOpen, listedPrefix, openConnections, openKey } from "./keys.ts";
import { listedWrite } from "./connection-list-row.ts";
import { connectionIdOf } from "./connection-row.ts";
import { rowValue, valueOf } from "./row-version.ts";
import { everyRow, RowConflict, type Row, type Rows } from "./rows.ts";

/** The index of open reviews, in partitions of its own. */
export function openReviews(
  rows: Rows,
  clock: Clock,
): Pick<Ledger, "openReview" | "findOpenReview" | "endAttempt" | "openReviews" | "nextInLine"> {
  return {
    openReview: async (id) => {
      const { partition, row } = openKey(id);
      // Put whatever is there: every call opens the review again, and the last call's version is the one that may end
      // it.
      const value = rowValue({ id: id.text, at: clock.now().toISOString() });
      const [version = ""] = await rows.commit(partition, [{ kind: "put", row, value }]);
      return { id, version };
    },
    findOpenReview: async (id) => {
      const row = await rows.read(openKey(id));
      return row && openReviewOf(row);
    },
    endAttempt: async ({ id, version }, wait, record) => {
      const { partition, row } = openKey(id);
      const value = rowValue({ id: id.text, at: clock.now().toISOString(), wait });
      const listed = record === undefined ? [] : [listedWrite(record)];
      try {
        if (wait === undefined && record === undefined) return await rows.remove({ partition, row }, version);
        // The version guards the listed row too: only the attempt that opened the review last may list the connection.
        const [replaced = ""] = await rows.commit(partition, [
          { kind: "replace", row, value, etag: version },
          ...listed,
        ]);
        if (wait === undefined) await rows.remove({ partition, row }, replaced);
      } catch (error) {
        if (!(error instanceof RowConflict)) throw error;
      }
    },
    openReviews: async function* () {
      for await (const row of everyRow(rows, { partition: allOpen, prefix: "", below: listedPrefix }))
        if (row.row.includes("-connection-")) yield openReviewOf(row);
    },
    nextInLine: async (service) => {
      let first: InLine | undefined;
      for await (const row of everyRow(rows, openConnections(service))) {
        const { id, wait: { queuedAt, until } = {} } = openReviewOf(row);
        if (queuedAt === undefined || until === undefined) continue;
        if (first === undefined || queuedAt < first.queuedAt) first = { id, queuedAt, until };
      }
      return first;
    },
  };
}

export function openReviewOf(row: Row): OpenReview {
  const { id, wait } = valueOf<{ readonly id: string; readonly wait?: Wait }>(row);
  return { id: connectionIdOf(id), version: row.etag, ...(wait === undefined ? {} : { wait }) };
}
