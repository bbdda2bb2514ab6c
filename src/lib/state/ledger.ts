import type { Routes } from "../alerts/sink.ts";
import type { ServiceId } from "../azure/resource-id.ts";
import type { Clock } from "../clock.ts";
import type { EntryFilter, Ledger } from "../connections/ledger.ts";
import type { Entry } from "../connections/record/connection-record.ts";
import { adoptions } from "./adoptions.ts";
import * as keys from "./keys.ts";
import { openReviews } from "./open-reviews.ts";
import { recordOf } from "./connection-row.ts";
import { records } from "./records.ts";
import { valueOf } from "./row-version.ts";
import { cachedHeads } from "./cached-heads.ts";
import { listPage, type RowQuery, type Rows } from "./rows.ts";

/** The ledger on rows. `routes` say which sinks an alert goes to. */
export function rowsLedger(rows: Rows, routes: Routes, clock: Clock): Ledger {
  const heads = cachedHeads(rows, clock);
  return {
    ...openReviews(rows, clock),
    ...adoptions(rows, routes, clock, heads),
    ...records({ rows, routes, clock, heads }),
    connections: ({ service, phase }, page) =>
      listPage(rows, { partition: partitionOf(service), prefix: keys.connectionPrefix, ...page }, (row) => {
        const record = recordOf(row);
        return phase === undefined || record.phase === phase ? record : undefined;
      }),
    entries: ({ service, ...filter }, page) =>
      listPage(rows, { partition: partitionOf(service), prefix: keys.entryPrefix, ...page }, (row) => {
        const entry = valueOf<Entry>(row);
        return fits(entry, filter) ? entry : undefined;
      }),
    entry: async (id) => {
      const place = keys.entryPlace(id);
      if (place === undefined) return undefined;
      const { rows: found } = await rows.list({ partition: place.partition, prefix: place.row, top: 1 });
      const row = found[0];
      return row && valueOf<Entry>(row);
    },
  };
}

export function fits(entry: Entry, { connection, kind, from, to, verdict }: EntryFilter): boolean {
  const about = "connection" in entry ? entry.connection : undefined;
  const said = entry.kind === "decision" ? entry.verdict.kind : undefined;
  return (
    (kind ?? entry.kind) === entry.kind &&
    (connection ?? about) === about &&
    (verdict ?? said) === said &&
    (from ?? "") <= entry.at &&
    entry.at < (to ?? "~")
  );
}

function partitionOf(service: ServiceId | undefined): RowQuery["partition"] {
  return service === undefined ? keys.allServices : keys.servicePartition(service);
}
