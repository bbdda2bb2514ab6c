import type { Alert } from "../alerts/alert.ts";
import type { Outbox, OutboxMark, Owner, Undelivered } from "../alerts/outbox.ts";
import type { Routes } from "../alerts/sink.ts";
import { parsePublicIpId, parseServiceId } from "../azure/resource-id.ts";
import {
  alertPrefix,
  allOpen,
  allOwners,
  instantDigits,
  outboxMarkKey,
  outboxPrefix,
  partitionOf,
} from "./keys.ts";
import { rowValue, valueOf } from "./row-version.ts";
import { everyRow, listPage, RowConflict, retryOnConflict, type Row, type Rows, type Write } from "./rows.ts";

/** A row of the outbox: an alert for one sink, and what became of it so far. */
type Value = Alert & {
  readonly sink: string;
  readonly attempts?: number;
  readonly nextAt?: string;
  /** When it was given up. */
  readonly deadAt?: string;
};

/**
 * The rows of alerts, part of the transaction that calls for them: one that says that it was told of, and one for each sink
 * that makes sure that it is.
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

/** By time, so that a listing of one owner's is in order; the same alert at another time is another row. */
function alertRow({ id, time }: Alert): string {
  return `${alertPrefix}${instantDigits(time)}-${id}`;
}

function outboxRow({ alert: { id }, sink }: Pick<Undelivered, "alert" | "sink">): string {
  return `${outboxPrefix}${id}-${sink}`;
}

export function rowsOutbox(rows: Rows): Outbox {
  /** The row as it is now; undefined where another attempt at the same alert was quicker, whose word counts. */
  async function change(
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

  async function markOnce(owner: Owner): Promise<OutboxMark> {
    const { partition, row } = outboxMarkKey(owner);
    const found = await rows.read({ partition, row });
    const value = rowValue({ owner: owner === "app" ? owner : owner.text });
    const [version = ""] = await rows.commit(partition, [
      found === undefined
        ? { kind: "insert", row, value }
        : { kind: "replace", row, value, etag: found.etag },
    ]);
    return { owner, version };
  }

  return {
    undelivered: async (owner) => {
      const found: Undelivered[] = [];
      for await (const row of everyRow(rows, { partition: partitionOf(owner), prefix: outboxPrefix })) {
        const { sink, attempts = 0, nextAt, deadAt, ...alert } = valueOf<Value>(row);
        if (deadAt === undefined)
          found.push({
            alert,
            sink,
            attempts,
            version: row.etag,
            ...(nextAt === undefined ? {} : { nextAt }),
          });
      }
      return found;
    },
    delivered: async (owner, undelivered) => {
      try {
        const key = { partition: partitionOf(owner), row: outboxRow(undelivered) };
        await rows.remove(key, undelivered.version);
      } catch (error) {
        // Somebody else told it too, and put it off: it is told once more, under the same id.
        if (!(error instanceof RowConflict)) throw error;
      }
    },
    claim: (owner, undelivered, nextAt) =>
      change(owner, undelivered, { attempts: undelivered.attempts + 1, nextAt }),
    postpone: async (owner, undelivered, nextAt) => {
      await change(owner, undelivered, { nextAt });
    },
    deadLetter: async (owner, undelivered, deadAt) => {
      await change(owner, undelivered, { deadAt });
    },
    alerts: ({ owner, type, from }, page) =>
      listPage(rows, owner === undefined ? allOwners : partitionOf(owner), alertPrefix, page, (row) => {
        const alert = valueOf<Alert & { readonly sinks: readonly string[] }>(row);
        return (type ?? alert.type) === alert.type && (from ?? "") <= alert.time ? alert : undefined;
      }),
    mark: (owner) => retryOnConflict(() => markOnce(owner)),
    settle: async ({ owner, version }, until) => {
      const key = outboxMarkKey(owner);
      const value = rowValue({ owner: owner === "app" ? owner : owner.text, until });
      try {
        if (until === undefined) await rows.remove(key, version);
        else await rows.commit(key.partition, [{ kind: "replace", row: key.row, value, etag: version }]);
      } catch (error) {
        // Set again since: there is something new to be told.
        if (!(error instanceof RowConflict)) throw error;
      }
    },
    marks: async function* () {
      for await (const row of everyRow(rows, { partition: allOpen, prefix: "" })) {
        const mark = row.row.endsWith("-outbox") ? markFrom(row) : undefined;
        if (mark !== undefined) yield mark;
      }
    },
  };
}

function markFrom(row: Row): OutboxMark | undefined {
  const { owner: text, until } = valueOf<{ readonly owner: string; readonly until?: string }>(row);
  const owner = text === "app" ? text : (parseServiceId(text) ?? parsePublicIpId(text));
  return owner && { owner, version: row.etag, ...(until === undefined ? {} : { until }) };
}
