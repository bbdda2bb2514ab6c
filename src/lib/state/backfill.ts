import { appRows, type AppState } from "../app-state.ts";
import type { Alert } from "../alerts/alert.ts";
import type { Entry } from "../connections/record/connection-record.ts";
import * as keys from "./keys.ts";
import { listNew } from "./connection-list-row.ts";
import { recordOf } from "./connection-row.ts";
import { valueOf } from "./row-version.ts";
import type { Row, RowQuery, Rows } from "./rows.ts";
import { alertMoment, entryMoment, writeMoments } from "./timeline.ts";

/** Adds what was stored before there were indexes to them. */
interface Scan {
  readonly query: Pick<RowQuery, "partition" | "prefix">;
  readonly add: (rows: Rows, found: readonly Row[]) => Promise<void>;
}

const scans: readonly Scan[] = [
  {
    query: { partition: keys.allServices, prefix: keys.connectionPrefix },
    add: async (rows, found) => {
      const records = found.map(recordOf);
      for (const [, group] of Map.groupBy(records, ({ id }) => keys.listedKey(id).partition))
        await listNew(rows, group);
    },
  },
  {
    query: { partition: keys.allServices, prefix: keys.entryPrefix },
    add: (rows, found) =>
      writeMoments(
        rows,
        found.map((row) => entryMoment(row.partition, valueOf<Entry>(row))),
      ),
  },
  {
    query: { partition: keys.allOwners, prefix: keys.alertPrefix },
    add: (rows, found) =>
      writeMoments(
        rows,
        found.map((row) => alertMoment(row.partition, valueOf<Alert>(row))),
      ),
  },
];

/** How far it has come: the scan, and the table's continuation in it. */
interface Progress {
  readonly scan: number;
  readonly from?: string;
}

/** Few enough for a sweep, whose function may run five minutes. */
const pagesMax = 10;
const rowsOfPage = 500;

/**
 * Lists what a version before the indexes stored, a part at a time, and remembers how far it has come. Every step can
 * be repeated. Once it is done it costs a read in each new process.
 */
export function backfill(rows: Rows, appState: AppState): () => Promise<void> {
  let isDone = false;
  return async () => {
    if (isDone) return;
    let progress = (await appState.read<Progress>(appRows.backfill)) ?? { scan: 0 };
    for (let pages = 0; pages < pagesMax; pages++) {
      const { scan, from } = progress;
      const current = scans[scan];
      isDone = current === undefined;
      if (current === undefined) return;
      const page = await rows.list({
        ...current.query,
        top: rowsOfPage,
        ...(from === undefined ? {} : { continuation: from }),
      });
      await current.add(rows, page.rows);
      const { continuation } = page;
      const next = continuation === undefined ? { scan: scan + 1 } : { scan, from: continuation };
      await appState.update<Progress>(appRows.backfill, () => ({ value: next }));
      progress = next;
    }
  };
}
