import { isDue, plusMs } from "../../clock.ts";
import { notJudged } from "../address-alerts.ts";
import type { AddressRecord } from "./baseline.ts";
import type { ComparisonContext, Lists } from "./comparison.ts";
import { changeOf, type HistoryAndAlerts } from "../history.ts";
import type { Seen } from "./observation.ts";

/** Nobody is told of what an answer lacks for an hour, nor of a service that is Updating; what lasts for a day is. */
const reportAfterMs = 24 * 60 * 60_000;

/** Nothing can be said of it: its baseline and its drift stay as they are. */
export function unsettled(
  record: AddressRecord,
  why: string,
  { now }: Pick<ComparisonContext, "now">,
): AddressRecord {
  const { vacatedAt, goneAt, leftAt } = record;
  if (record.unsettled !== undefined || [vacatedAt, goneAt, leftAt].some((at) => at !== undefined))
    return record;
  return { ...record, unsettled: { since: now.toISOString(), why } };
}

/** An answer does not say it. Where it has not said so before, or need not say it, another answer may. */
export function markUnknown(
  record: AddressRecord,
  { why, expected }: Extract<Seen, { kind: "unknown" }>,
  lists: Lists,
  against: ComparisonContext,
): AddressRecord {
  const marked = unsettled(record, why, against);
  if (marked !== record || (!expected && record.unsettled !== undefined)) lists.unknown.push(marked);
  return marked;
}

export function markKnown(record: AddressRecord, lists: Lists): AddressRecord {
  const { unsettled: was, ...rest } = record;
  if (was === undefined) return record;
  if (was.toldAt !== undefined) lists.known.push(rest);
  return rest;
}

/** When people are to be told of what is unknown; undefined where they were, or it is known. */
export function reportUnknownAt({ unsettled: open }: AddressRecord): string | undefined {
  return open === undefined || open.toldAt !== undefined
    ? undefined
    : plusMs(new Date(open.since), reportAfterMs);
}

/** These records, and what people are told of those that have been unknown for long: once, until they are known again. */
export function reportUnknown(
  records: readonly AddressRecord[],
  against: Pick<ComparisonContext, "resource" | "now">,
): { readonly records: readonly AddressRecord[] } & HistoryAndAlerts {
  const { now } = against;
  const isLong = (record: AddressRecord) => {
    const due = reportUnknownAt(record);
    return due !== undefined && isDue(due, now);
  };
  const long = records.filter(isLong);
  const at = now.toISOString();
  const told = records.map((record) =>
    record.unsettled !== undefined && isLong(record)
      ? { ...record, unsettled: { ...record.unsettled, toldAt: at } }
      : record,
  );
  // Where there was nothing, nobody relies on anything.
  const news = long.filter(({ baseline, current }) => baseline.length + current.length > 0);
  if (news.length === 0) return { records: told, changes: [], alerts: [] };
  const why = [...new Set(news.map((each) => each.unsettled?.why ?? ""))].join("; ");
  const since = news.map((each) => each.unsettled?.since ?? at).toSorted()[0] ?? at;
  const what = `not known since ${since}: ${why}`;
  return {
    records: told,
    changes: [changeOf("unknown", at, what, news)],
    alerts: [notJudged(news, against, { what, since, todo: unknownTodo })],
  };
}

const unknownTodo =
  "Look at the service on Azure, and at what Drawbridge may read of it. Until Azure tells these addresses again no drift of " +
  "them is seen; their baseline stays as it was";
