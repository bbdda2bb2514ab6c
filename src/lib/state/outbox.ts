import type { Alert } from "../alerts/alert.ts";
import type { Outbox } from "../alerts/outbox.ts";
import { outboxPrefix, partitionOf } from "./keys.ts";
import { rowValue, valueOf } from "./row-version.ts";
import type { Rows, Write } from "./rows.ts";

const top = 100;

/** The rows that make sure that an alert is told through each sink; part of the transaction that calls for it. */
export function outboxWrites(alerts: readonly Alert[], sinks: readonly string[]): Write[] {
  return alerts.flatMap((alert) =>
    sinks.map((sink): Write => {
      const { id, type, subject, time, data } = alert;
      return {
        kind: "insert",
        row: `${outboxPrefix}${id}-${sink}`,
        value: rowValue({ id, type, subject, time, data, sink }),
      };
    }),
  );
}

export function rowsOutbox(rows: Rows): Outbox {
  return {
    undelivered: async (owner) => {
      const page = await rows.list({ partition: partitionOf(owner), prefix: outboxPrefix, top });
      return page.rows.map((row) => {
        const { sink, ...alert } = valueOf<Alert & { sink: string }>(row);
        return { alert, sink, version: row.etag };
      });
    },
    delivered: (owner, { alert, sink, version }) =>
      rows.remove({ partition: partitionOf(owner), row: `${outboxPrefix}${alert.id}-${sink}` }, version),
  };
}
