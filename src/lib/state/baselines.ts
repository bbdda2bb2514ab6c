import type { Routes } from "../alerts/sink.ts";
import {
  BaselineChanged,
  type Addressed,
  type AddressFilter,
  type AddressHead,
  type AddressRecord,
  type Baselines,
  type Change,
  type Revision,
  type Watched,
} from "../addresses/model/baseline.ts";
import { addressRowValue, fromAddressRow } from "./address-row.ts";
import * as keys from "./keys.ts";
import { rowValue, valueOf } from "./row-version.ts";
import { everyRow, listPage, RowConflict, type Rows, type Write } from "./rows.ts";
import { commitListed } from "./timeline.ts";

/** Azure accepts 100 rows in a transaction. The head, the changes and the alerts need some of them. */
const recordsMax = 80;

/** The baselines on rows. `routes` say which sinks an alert goes to. */
export function rowsBaselines(rows: Rows, routes: Routes): Baselines {
  async function revise(resource: Addressed, revision: Revision): Promise<void> {
    const partition = keys.partitionOf(resource);
    const records = revision.records.map((record) => write(keys.addressRow(record), record));
    // Records that do not fit into the transaction of the head are written first. A revision that is interrupted here
    // starts again and finds them.
    while (records.length > recordsMax) await rows.commit(partition, records.splice(0, recordsMax));
    const { sequence } = revision.head;
    const head = { ...revision.head, sequence: sequence + revision.changes.length };
    const writes = [
      write(keys.addressHeadRow, head),
      ...records,
      ...revision.changes.map((change, index): Write => ({
        kind: "insert",
        row: keys.changeRow(sequence + 1 + index),
        value: rowValue(change),
      })),
    ];
    await commitListed(rows, partition, writes, { alerts: revision.alerts, routes });
  }

  return {
    read: (resource) => read(rows, resource),
    revise: async (resource, revision) => {
      try {
        await revise(resource, revision);
      } catch (error) {
        if (!(error instanceof RowConflict)) throw error;
        throw new BaselineChanged("the records are not as they were read", { cause: error });
      }
    },
    list: ({ resource, kind, location, drifted }, request) =>
      listPage(
        rows,
        {
          partition: resource === undefined ? keys.allAddressed : keys.partitionOf(resource),
          prefix: kind === undefined ? keys.addressPrefix : `${keys.addressPrefix}${kind}-`,
          ...request,
        },
        (row) => {
          const record = fromAddressRow<AddressRecord>(row);
          return fits(record, { location, drifted }) ? record : undefined;
        },
      ),
    history: (resource, request) =>
      listPage(
        rows,
        { partition: keys.partitionOf(resource), prefix: keys.changePrefix, ...request },
        (row) => ({
          ...valueOf<Change>(row),
          sequence: Number(row.row.slice(keys.changePrefix.length)),
        }),
      ),
  };
}

async function read(rows: Rows, resource: Addressed): Promise<Watched> {
  const partition = keys.partitionOf(resource);
  const records: AddressRecord[] = [];
  let head: AddressHead | undefined;
  for await (const row of everyRow(rows, { partition, prefix: keys.addressRows }))
    if (row.row === keys.addressHeadRow) head = fromAddressRow<AddressHead>(row);
    else records.push(fromAddressRow<AddressRecord>(row));
  return { head, records };
}

function fits(
  { location, drift }: AddressRecord,
  wanted: { readonly [K in "location" | "drifted"]: AddressFilter[K] | undefined },
): boolean {
  return (
    (wanted.location ?? location) === location &&
    (wanted.drifted ?? drift !== undefined) === (drift !== undefined)
  );
}

function write(row: string, { version, ...value }: AddressRecord | AddressHead): Write {
  return version === undefined
    ? { kind: "insert", row, value: addressRowValue(value) }
    : { kind: "replace", row, value: addressRowValue(value), etag: version };
}
