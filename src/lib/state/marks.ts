import type { Clock } from "../clock.ts";
import type { InLine, Ledger, OpenMark, Wait } from "../connections/ledger.ts";
import { allOpen, listedPrefix, openConnections, openKey } from "./keys.ts";
import { listedWrite } from "./listed-row.ts";
import { connectionIdOf } from "./connection-row.ts";
import { rowValue, valueOf } from "./row-version.ts";
import { everyRow, RowConflict, type Row, type Rows } from "./rows.ts";

/** The index of unfinished work, in partitions of its own. */
export function openMarks(
  rows: Rows,
  clock: Clock,
): Pick<Ledger, "open" | "mark" | "settle" | "marks" | "nextInLine"> {
  return {
    open: async (id) => {
      const { partition, row } = openKey(id);
      // Put whatever is there: the mark is set anew by every call, and the last call's version is the one that settles.
      const value = rowValue({ id: id.text, at: clock.now().toISOString() });
      const [version = ""] = await rows.commit(partition, [{ kind: "put", row, value }]);
      return { id, version };
    },
    mark: async (id) => {
      const row = await rows.read(openKey(id));
      return row && markOf(row);
    },
    settle: async ({ id, version }, wait, record) => {
      const { partition, row } = openKey(id);
      const value = rowValue({ id: id.text, at: clock.now().toISOString(), wait });
      const listed = record === undefined ? [] : [listedWrite(record)];
      try {
        if (wait === undefined && record === undefined) return await rows.remove({ partition, row }, version);
        // The version of the mark guards the listed row too: only the attempt that set the mark last may list the connection.
        const [settled = ""] = await rows.commit(partition, [
          { kind: "replace", row, value, etag: version },
          ...listed,
        ]);
        if (wait === undefined) await rows.remove({ partition, row }, settled);
      } catch (error) {
        if (!(error instanceof RowConflict)) throw error;
      }
    },
    marks: async function* () {
      for await (const row of everyRow(rows, { partition: allOpen, prefix: "", below: listedPrefix }))
        if (row.row.includes("-connection-")) yield markOf(row);
    },
    nextInLine: async (service) => {
      let first: InLine | undefined;
      for await (const row of everyRow(rows, openConnections(service))) {
        const { id, wait: { queuedAt, until } = {} } = markOf(row);
        if (queuedAt === undefined || until === undefined) continue;
        if (first === undefined || queuedAt < first.queuedAt) first = { id, queuedAt, until };
      }
      return first;
    },
  };
}

export function markOf(row: Row): OpenMark {
  const { id, wait } = valueOf<{ readonly id: string; readonly wait?: Wait }>(row);
  return { id: connectionIdOf(id), version: row.etag, ...(wait === undefined ? {} : { wait }) };
}
