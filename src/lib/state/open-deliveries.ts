import { ownerText, type OpenDelivery, type Outbox, type Owner } from "../alerts/outbox.ts";
import { parsePublicIpId, parseServiceId } from "../azure/resource-id.ts";
import { allOpen, listedPrefix, openDeliveryKey } from "./keys.ts";
import { rowValue, valueOf } from "./row-version.ts";
import { everyRow, retryOnConflict, RowConflict, type Row, type Rows } from "./rows.ts";

/** The index of owners whose outbox holds undelivered alerts. It is what the sweeps read. */
export function openDeliveries(rows: Rows): Pick<Outbox, "openDelivery" | "endDelivery" | "openDeliveries"> {
  return {
    openDelivery: (owner) => retryOnConflict(() => openOnce(rows, owner)),
    endDelivery: async ({ owner, version }, until) => {
      const key = openDeliveryKey(owner);
      const value = rowValue({ owner: ownerText(owner), until });
      try {
        if (until === undefined) await rows.remove(key, version);
        else await rows.commit(key.partition, [{ kind: "replace", row: key.row, value, etag: version }]);
      } catch (error) {
        // It was opened again in the meantime: there are new alerts.
        if (!(error instanceof RowConflict)) throw error;
      }
    },
    openDeliveries: async function* () {
      for await (const row of everyRow(rows, { partition: allOpen, prefix: "", below: listedPrefix })) {
        const open = row.row.endsWith("-outbox") ? openDeliveryFrom(row) : undefined;
        if (open !== undefined) yield open;
      }
    },
  };
}

async function openOnce(rows: Rows, owner: Owner): Promise<OpenDelivery> {
  const { partition, row } = openDeliveryKey(owner);
  const found = await rows.read({ partition, row });
  const value = rowValue({ owner: ownerText(owner) });
  const [version = ""] = await rows.commit(partition, [
    found === undefined ? { kind: "insert", row, value } : { kind: "replace", row, value, etag: found.etag },
  ]);
  return { owner, version };
}

function openDeliveryFrom(row: Row): OpenDelivery | undefined {
  const { owner: text, until } = valueOf<{ readonly owner: string; readonly until?: string }>(row);
  const owner = text === "app" ? text : (parseServiceId(text) ?? parsePublicIpId(text));
  return owner && { owner, version: row.etag, ...(until === undefined ? {} : { until }) };
}
