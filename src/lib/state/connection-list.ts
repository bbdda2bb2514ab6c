import type { ConnectionId, ServiceId } from "../azure/resource-id.ts";
import { breakerOf } from "../connections/breakers/breaker-of.ts";
import type { ConnectionFilter, ConnectionSummary, HeldPage, Listings } from "../connections/listings.ts";
import type { ConnectionRecord, ConnectionWait } from "../connections/record/connection-record.ts";
import { mapConcurrent } from "../map-concurrent.ts";
import { ContinuationInvalid, type PageRequest } from "../page.ts";
import * as keys from "./keys.ts";
import { listedFrom, type Listed } from "./connection-list-row.ts";
import { openReviewOf } from "./open-reviews.ts";
import { connectionIdOf, recordOf } from "./connection-row.ts";
import { valueOf } from "./row-version.ts";
import { everyPage, type Row, type Rows } from "./rows.ts";

/**
 * The list of connections: one small row a connection, beside its open review. An attempt writes both when it ends, in
 * one transaction: its review is closed, or open with what the connection waits for. Where it is open without that, an
 * attempt has not ended, and the record itself is read instead, so that the list is right whatever ended early. It is
 * read whole for every page, and so costs as much as there are connections, whatever their history.
 */

/** A connection of the list, with its record where that had to be read. */
interface Found {
  readonly listed: Listed;
  readonly record?: ConnectionRecord;
}

const readConcurrency = 16;
const connectionsSegment = "/privateEndpointConnections/";

export function listedConnections(
  rows: Rows,
): Pick<Listings, "connections" | "held" | "summaries" | "connectionIds"> {
  return {
    connections: async (filter, page) => {
      const found = await all(rows, filter.service ?? filter.connection?.service);
      return pageOf(rows, found, (each) => fits(each, filter), page);
    },
    held: async (filter, page, order = "newest"): Promise<HeldPage> => {
      const found = await all(rows, filter.service);
      const waiting = (why: ConnectionWait) => (each: Listed) => waitsFor(each) === why && fits(each, filter);
      const count = (why: ConnectionWait) => found.filter(({ listed }) => waiting(why)(listed)).length;
      return {
        ...(await pageOf(rows, found, waiting("person"), { ...page, order })),
        waitingForWindow: count("window"),
        waitingForMode: count("mode"),
        waitingForBreaker: count("breaker"),
      };
    },
    summaries: async () => {
      const found = await all(rows, undefined);
      return found.map(({ listed }) => summaryOf(listed));
    },
    connectionIds: async (service) => {
      const found = await all(rows, service);
      return found.map(({ listed }) => connectionIdOf(listed.id));
    },
  };
}

/** There are as many as connections, so that the id, which the row has in canonical form, is cut and not parsed. */
function summaryOf(listed: Listed): ConnectionSummary {
  const { restrained: _, waitsForPermit: _permit, ...shown } = listed;
  const { id } = shown;
  const cut = id.indexOf(connectionsSegment);
  if (cut < 0) throw new Error(`a row names "${id}", which is no connection's id`);
  const [why, breaker] = [waitsFor(listed), breakerOf(listed)];
  return {
    service: id.slice(0, cut),
    name: id.slice(cut + connectionsSegment.length),
    ...shown,
    ...(why === undefined ? {} : { waitsFor: why }),
    ...(breaker === undefined ? {} : { breaker }),
  };
}

/** What a connection waits for. Where a held one's verdict is not to hold, the mode kept it from being applied. */
function waitsFor(listed: Listed): ConnectionWait | undefined {
  const { phase, verdict, opensAt } = listed;
  if (breakerOf(listed) !== undefined) return "breaker";
  if (phase !== "Held") return undefined;
  if (verdict !== "hold") return "mode";
  return opensAt === undefined ? "person" : "window";
}

function fits(
  listed: Listed,
  {
    connection,
    service,
    subscription,
    requester,
    phase,
    verdict,
    rule,
    end,
    wait,
    from,
    to,
  }: ConnectionFilter,
): boolean {
  const { service: of } = connectionIdOf(listed.id);
  return (
    (connection?.text ?? listed.id) === listed.id &&
    (service?.text ?? of.text) === of.text &&
    (subscription ?? of.subscriptionId) === of.subscriptionId &&
    (requester ?? listed.requester) === listed.requester &&
    (phase ?? listed.phase) === listed.phase &&
    (verdict ?? listed.verdict) === listed.verdict &&
    (rule ?? listed.rule) === listed.rule &&
    (end === undefined || (end === "term" ? listed.endsAt : listed.revokesAt) !== undefined) &&
    (wait === undefined || wait === waitsFor(listed)) &&
    (from ?? "") <= listed.at &&
    listed.at < (to ?? "~")
  );
}

/** Every connection of the list, or those of one service. */
async function all(rows: Rows, service: ServiceId | undefined): Promise<readonly Found[]> {
  const queries =
    service === undefined
      ? keys.openPartitions.map((partition) => ({ partition, prefix: "" }))
      : [keys.openConnections(service), keys.listedOf(service)];
  const read = await mapConcurrent(queries, readConcurrency, (query) => gather(rows, query));
  const found = new Map<string, Found>();
  const unsettled: ConnectionId[] = [];
  for (const row of read.flat())
    if (row.row.startsWith(keys.listedPrefix)) {
      const listed = valueOf<Listed>(row);
      found.set(listed.id, { listed });
    }
  for (const row of read.flat())
    if (row.row.includes("-connection-")) {
      const { id, wait } = openReviewOf(row);
      if (wait === undefined || !found.has(id.text)) unsettled.push(id);
    }
  const records = await mapConcurrent(unsettled, readConcurrency, (id) => rows.read(keys.connectionKey(id)));
  records.forEach((row, index) => {
    const id = unsettled[index]?.text ?? "";
    if (row === undefined) found.delete(id);
    else found.set(id, { listed: listedFrom(recordOf(row)), record: recordOf(row) });
  });
  return [...found.values()];
}

async function gather(
  rows: Rows,
  query: { readonly partition: string; readonly prefix: string },
): Promise<Row[]> {
  const found: (readonly Row[])[] = [];
  for await (const page of everyPage(rows, query)) found.push(page);
  return found.flat();
}

/** One page. The records themselves are read, and those that changed meanwhile and no longer match left out. */
async function pageOf(
  rows: Rows,
  found: readonly Found[],
  matches: (listed: Listed) => boolean,
  { top, continuation, order = "newest" }: PageRequest & { readonly order?: "newest" | "oldest" },
): Promise<{ readonly items: readonly ConnectionRecord[]; readonly continuation?: string }> {
  const last = continuation === undefined ? undefined : placeIn(continuation);
  const isBefore = (one: string, other: string) => (order === "newest" ? one < other : other < one);
  const rest = found
    .filter(({ listed }) => matches(listed))
    .map((each) => ({ ...each, place: placeOf(each.listed) }))
    .filter(({ place }) => last === undefined || isBefore(last, place))
    .toSorted((one, other) => (isBefore(one.place, other.place) ? -1 : 1));
  const shown = rest.slice(0, top);
  const records = await mapConcurrent(shown, readConcurrency, async ({ listed, record }) => {
    if (record !== undefined) return record;
    const row = await rows.read(keys.connectionKey(connectionIdOf(listed.id)));
    return row && recordOf(row);
  });
  const end = shown.at(-1);
  return {
    items: records.filter((record) => record !== undefined).filter((record) => matches(listedFrom(record))),
    ...(rest.length > top && end !== undefined ? { continuation: printPlace(end.place) } : {}),
  };
}

/** A text that sorts the newest first, and is different for every connection. */
function placeOf({ at, id }: Listed): string {
  return `${keys.timelineInstant("entries", at)}-${keys.idHash(id)}`;
}

function printPlace(place: string): string {
  return Buffer.from(place).toString("base64url");
}

/** @throws {ContinuationInvalid} for a text that `printPlace` does not make */
function placeIn(text: string): string {
  const place = Buffer.from(text, "base64url").toString();
  if (!/^entries-\d{13}-[0-9a-f]{64}$/.test(place))
    throw new ContinuationInvalid("this continuation was not given by this list");
  return place;
}
