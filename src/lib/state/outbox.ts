import type { Alert } from "../alerts/alert.ts";
import type { Outbox, Owner, Undelivered } from "../alerts/outbox.ts";
import type { Routes } from "../alerts/sink.ts";
import { alertRow, outboxPrefix, partitionOf } from "./keys.ts";
import { outboxMarks } from "./outbox-marks.ts";
import { rowValue, valueOf } from "./row-version.ts";
import { everyRow, RowConflict, type Row, type Rows, type Write } from "./rows.ts";

/** A row of the outbox: an alert for one sink, and the state of its delivery. */
type Value = Alert & {
  readonly sink: string;
  readonly attempts?: number;
  readonly nextAt?: string;
  /** When delivery was given up. */
  readonly deadAt?: string;
};

/**
 * The rows of alerts, which belong to the transaction that raises them: for each alert one row that lists it, and one row for
 * each sink, which guarantees delivery.
 */
export function outboxWrites(alerts: readonly Alert[], routes: Routes): Write[] {
  return alerts.flatMap((alert) => {
    const { id, type, subject, time, data } = alert;
    const sinks = routes(alert);
    return [
      { kind: "insert", row: alertRow(alert), value: rowValue({ id, type, subject, time, data, sinks }) },
      ...sinks.map((sink): Write => ({
        kind: "insert",
        row: outboxRow({ alert, sink }),
        value: rowValue({ id, type, subject, time, data, sink }),
      })),
    ];
  });
}

function outboxRow({ alert: { id }, sink }: Pick<Undelivered, "alert" | "sink">): string {
  return `${outboxPrefix}${id}-${sink}`;
}

export function rowsOutbox(rows: Rows): Outbox {
  return {
    ...outboxMarks(rows),
    undelivered: async (owner) => {
      const found: Undelivered[] = [];
      for await (const row of everyRow(rows, { partition: partitionOf(owner), prefix: outboxPrefix })) {
        const undelivered = undeliveredFrom(row);
        if (undelivered !== undefined) found.push(undelivered);
      }
      return found;
    },
    delivered: async (owner, undelivered) => {
      try {
        const key = { partition: partitionOf(owner), row: outboxRow(undelivered) };
        await rows.remove(key, undelivered.version);
      } catch (error) {
        // Another process sent it too and postponed it. It is sent once more, under the same id.
        if (!(error instanceof RowConflict)) throw error;
      }
    },
    claim: (owner, undelivered, nextAt) =>
      change(rows, owner, undelivered, { attempts: undelivered.attempts + 1, nextAt }),
    postpone: async (owner, undelivered, nextAt) => {
      await change(rows, owner, undelivered, { nextAt });
    },
    deadLetter: async (owner, undelivered, deadAt) => {
      await change(rows, owner, undelivered, { deadAt });
    },
  };
}

/** The alert of a row; undefined where its delivery was given up. */
function undeliveredFrom(row: Row): Undelivered | undefined {
  const { sink, attempts = 0, nextAt, deadAt, ...alert } = valueOf<Value>(row);
  if (deadAt !== undefined) return undefined;
  return { alert, sink, attempts, version: row.etag, ...(nextAt === undefined ? {} : { nextAt }) };
}

/** Changes a row and returns it; undefined where another process changed it first. */
async function change(
  rows: Rows,
  owner: Owner,
  { version, ...undelivered }: Undelivered,
  more: Partial<Value>,
): Promise<Undelivered | undefined> {
  const { alert, sink, attempts, nextAt } = undelivered;
  const value = rowValue({ ...alert, sink, attempts, nextAt, ...more });
  try {
    const [etag = ""] = await rows.commit(partitionOf(owner), [
      { kind: "replace", row: outboxRow(undelivered), value, etag: version },
    ]);
    return { ...undelivered, attempts: more.attempts ?? attempts, version: etag };
  } catch (error) {
    if (error instanceof RowConflict) return undefined;
    throw error;
  }
}
