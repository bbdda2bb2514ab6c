import type { Outbox, OutboxMark, Owner } from "../alerts/outbox.ts";
import { parsePublicIpId, parseServiceId } from "../azure/resource-id.ts";
import { allOpen, listedPrefix, outboxMarkKey } from "./keys.ts";
import { rowValue, valueOf } from "./row-version.ts";
import { everyRow, retryOnConflict, RowConflict, type Row, type Rows } from "./rows.ts";

/** The index of owners whose outbox holds undelivered alerts. It is what the sweeps read. */
export function outboxMarks(rows: Rows): Pick<Outbox, "mark" | "settle" | "marks"> {
  return {
    mark: (owner) => retryOnConflict(() => markOnce(rows, owner)),
    settle: async ({ owner, version }, until) => {
      const key = outboxMarkKey(owner);
      const value = rowValue({ owner: nameOf(owner), until });
      try {
        if (until === undefined) await rows.remove(key, version);
        else await rows.commit(key.partition, [{ kind: "replace", row: key.row, value, etag: version }]);
      } catch (error) {
        // The mark was set again in the meantime: there are new alerts.
        if (!(error instanceof RowConflict)) throw error;
      }
    },
    marks: async function* () {
      for await (const row of everyRow(rows, { partition: allOpen, prefix: "", below: listedPrefix })) {
        const mark = row.row.endsWith("-outbox") ? markFrom(row) : undefined;
        if (mark !== undefined) yield mark;
      }
    },
  };
}

async function markOnce(rows: Rows, owner: Owner): Promise<OutboxMark> {
  const { partition, row } = outboxMarkKey(owner);
  const found = await rows.read({ partition, row });
  const value = rowValue({ owner: nameOf(owner) });
  const [version = ""] = await rows.commit(partition, [
    found === undefined ? { kind: "insert", row, value } : { kind: "replace", row, value, etag: found.etag },
  ]);
  return { owner, version };
}

function nameOf(owner: Owner): string {
  return owner === "app" ? owner : owner.text;
}

function markFrom(row: Row): OutboxMark | undefined {
  const { owner: text, until } = valueOf<{ readonly owner: string; readonly until?: string }>(row);
  const owner = text === "app" ? text : (parseServiceId(text) ?? parsePublicIpId(text));
  return owner && { owner, version: row.etag, ...(until === undefined ? {} : { until }) };
}
