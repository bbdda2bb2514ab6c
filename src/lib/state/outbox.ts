import type { Alert } from "../alerts/alert.ts";
import type { ListedAlert } from "../alerts/listing.ts";
import type { Outbox, Owner, Undelivered } from "../alerts/outbox.ts";
import type { Routes } from "../alerts/sink.ts";
import { alertRow, outboxPrefix, partitionOf } from "./keys.ts";
import { openDeliveries } from "./open-deliveries.ts";
import { rowValue, valueOf } from "./row-version.ts";
import { everyRow, retryOnConflict, RowConflict, type Row, type Rows, type Write } from "./rows.ts";

/** A row of the outbox: an alert for one sink, and the state of its delivery. */
type Value = Alert & {
  readonly sink: string;
  readonly attempts?: number;
  readonly nextAt?: string;
  /** When delivery was given up. The row is removed once its alert says so. */
  readonly deadAt?: string;
};

/**
 * The rows of alerts, which belong to the transaction that raises them: for each alert one row that lists it, and one
 * row for each sink, which guarantees delivery.
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
    ...openDeliveries(rows),
    undelivered: async (owner) => {
      const found: Undelivered[] = [];
      for await (const row of everyRow(rows, { partition: partitionOf(owner), prefix: outboxPrefix })) {
        const { deadAt } = valueOf<Value>(row);
        // A process ended before its alert said so, or an earlier version left it.
        if (deadAt !== undefined) await noteGivenUp(rows, owner, undeliveredFrom(row), deadAt);
        else found.push(undeliveredFrom(row));
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
      const dead = await change(rows, owner, undelivered, { deadAt });
      if (dead !== undefined) await noteGivenUp(rows, owner, dead, deadAt);
    },
  };
}

function undeliveredFrom(row: Row): Undelivered {
  const { sink, attempts = 0, nextAt, deadAt: _, ...alert } = valueOf<Value>(row);
  return { alert, sink, attempts, version: row.etag, ...(nextAt === undefined ? {} : { nextAt }) };
}

/** Notes on an alert that a sink never accepted it, and removes the sink's row. */
async function noteGivenUp(rows: Rows, owner: Owner, undelivered: Undelivered, at: string): Promise<void> {
  const partition = partitionOf(owner);
  const { alert, sink, version } = undelivered;
  const isNoted = await retryOnConflict(async () => {
    const row = await rows.read({ partition, row: alertRow(alert) });
    if (row === undefined) return false;
    const listed = valueOf<ListedAlert>(row);
    const others = (listed.givenUp ?? []).filter((each) => each.sink !== sink);
    const value = rowValue({ ...listed, givenUp: [...others, { sink, at }] });
    await rows.commit(partition, [{ kind: "replace", row: row.row, value, etag: row.etag }]);
    return true;
  });
  // The alert is in the archive already, where the row follows it.
  if (isNoted) await rows.remove({ partition, row: outboxRow(undelivered) }, version);
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
