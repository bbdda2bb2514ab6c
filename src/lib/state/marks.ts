import type { Clock } from "../clock.ts";
import type { InLine, Ledger, OpenMark, Wait } from "../connections/ledger.ts";
import { allOpen, openConnections, openKey } from "./keys.ts";
import { connectionIdOf } from "./connection-row.ts";
import { rowValue, valueOf } from "./row-version.ts";
import { everyRow, RowConflict, type Row, type Rows, type Write } from "./rows.ts";

/** The index of unfinished work, in partitions of its own. */
export function openMarks(
  rows: Rows,
  clock: Clock,
): Pick<Ledger, "open" | "mark" | "settle" | "marks" | "nextInLine"> {
  return {
    open: async (id) => {
      const { partition, row } = openKey(id);
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
          // Another process set or removed the mark in between. Set it again, so that this call is the last one.
          if (!(error instanceof RowConflict)) throw error;
        }
      }
    },
    mark: async (id) => {
      const row = await rows.read(openKey(id));
      return row && markOf(row);
    },
    settle: async ({ id, version }, wait) => {
      const { partition, row } = openKey(id);
      try {
        if (wait === undefined) return await rows.remove({ partition, row }, version);
        const value = rowValue({ id: id.text, at: clock.now().toISOString(), wait });
        await rows.commit(partition, [{ kind: "replace", row, value, etag: version }]);
      } catch (error) {
        if (!(error instanceof RowConflict)) throw error;
      }
    },
    marks: async function* () {
      for await (const row of everyRow(rows, { partition: allOpen, prefix: "" }))
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

function markOf(row: Row): OpenMark {
  const { id, wait } = valueOf<{ readonly id: string; readonly wait?: Wait }>(row);
  return { id: connectionIdOf(id), version: row.etag, ...(wait === undefined ? {} : { wait }) };
}
