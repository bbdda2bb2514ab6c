import type { ListAlerts, ListedAlert } from "../alerts/listing.ts";
import { parseServiceId, type ServiceId } from "../azure/resource-id.ts";
import type { EntryFilter } from "../connections/ledger.ts";
import type { Digest } from "../connections/digests.ts";
import type { Listings } from "../connections/listings.ts";
import type { Entry } from "../connections/record/connection-record.ts";
import { entriesOfService } from "./entries-of-service.ts";
import * as keys from "./keys.ts";
import { listedConnections } from "./connection-list.ts";
import { fits } from "./ledger.ts";
import { valueOf } from "./row-version.ts";
import { everyRow, type Key, type Row, type RowQuery, type Rows } from "./rows.ts";
import { listTimeline } from "./timeline.ts";

/** Connections and entries, newest first over all services. */
export function rowsListings(rows: Rows): Listings {
  return {
    ...listedConnections(rows),
    // The chain has no verdicts that the table could choose by; the timeline has.
    entries: ({ service, ...filter }, page) =>
      service !== undefined && filter.verdict === undefined
        ? entriesOfService(rows, service, filter, page)
        : listTimeline(
            rows,
            {
              kind: "entries",
              ...rangeOf(filter),
              where: { ...whereOf(filter), ...(service === undefined ? {} : { service: service.text }) },
            },
            page,
            (row) => entryNamedBy(rows, row, filter),
          ),
    services: async () => {
      const found = await digestsIn(rows, keys.allDigests);
      return found.map(({ id, digest: { seen = "", adoptedAt, readAt = adoptedAt } }) => ({
        id,
        isExplained: seen !== "",
        ...(readAt === undefined ? {} : { readAt }),
      }));
    },
    addressedServices: async () => {
      const found = await digestsIn(rows, keys.allAddressDigests);
      return found.map(({ id }) => id);
    },
    isKnown: async (resource) => {
      const found = await rows.list({ partition: keys.partitionOf(resource), prefix: "", top: 1 });
      if (found.rows.length > 0) return true;
      return (await rows.read(keys.digestKey(keys.idHash(resource.text)))) !== undefined;
    },
  };
}

/** The digests of services. */
async function digestsIn(
  rows: Rows,
  partition: RowQuery["partition"],
): Promise<{ readonly id: ServiceId; readonly digest: Partial<Digest> }[]> {
  const found = [];
  for await (const row of everyRow(rows, { partition, prefix: "" })) {
    const { id: text, ...digest } = valueOf<{ readonly id: string } & Partial<Digest>>(row);
    const id = parseServiceId(text);
    if (id !== undefined) found.push({ id, digest });
  }
  return found;
}

/** Alerts of all owners, newest first. */
export function rowsAlerts(rows: Rows): ListAlerts {
  return ({ owner, type, severity, ...range }, page) => {
    const where = {
      ...(owner === undefined ? {} : { partition: keys.partitionOf(owner) }),
      ...(type === undefined ? {} : { type }),
      ...(severity === undefined ? {} : { severity }),
    };
    return listTimeline(rows, { kind: "alerts", ...range, where }, page, async (row) => {
      const named = await rows.read(valueOf<Key>(row));
      return named && valueOf<ListedAlert>(named);
    });
  };
}

function rangeOf({ from, to }: EntryFilter): Pick<EntryFilter, "from" | "to"> {
  return { ...(from === undefined ? {} : { from }), ...(to === undefined ? {} : { to }) };
}

function whereOf({ connection, kind, verdict }: EntryFilter): Readonly<Record<string, string>> {
  return {
    ...(connection === undefined ? {} : { connection }),
    ...(kind === undefined ? {} : { kind }),
    ...(verdict === undefined ? {} : { verdict }),
  };
}

/**
 * The entry that a row of the timeline names; undefined if its transaction failed, or if the entry is in the archive.
 */
async function entryNamedBy(rows: Rows, row: Row, filter: EntryFilter): Promise<Entry | undefined> {
  const { hash, partition, row: key } = valueOf<Key & { readonly hash: string }>(row);
  const named = await rows.read({ partition, row: key });
  const entry = named && valueOf<Entry>(named);
  return entry?.hash === hash && fits(entry, filter) ? entry : undefined;
}
