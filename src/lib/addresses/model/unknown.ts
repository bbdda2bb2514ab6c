import { unknownSince, unknownTodo } from "../../alerts/reasons-of-addresses.ts";
import { dayMs, isDue, plusMs } from "../../clock.ts";
import { notJudgedAlert } from "../address-alerts.ts";
import type { AddressRecord } from "./baseline.ts";
import type { ComparisonContext, Lists } from "./comparison.ts";
import { changeOf, type HistoryAndAlerts } from "../history.ts";
import type { Seen } from "./observation.ts";

/**
 * Addresses that are unknown for less than a day are not reported: answers lack lists for a while, and services are
 * Updating.
 */
const reportAfterMs = dayMs;

/** Marks a record as unknown. Its baseline and its drift stay as they are. */
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

/** Marks a record whose addresses are not in the answer, and lists it as unknown if another answer may have them. */
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

/** When to report that the addresses are unknown; undefined if that was reported, or if they are known. */
export function reportUnknownAt({ unsettled: open }: AddressRecord): string | undefined {
  return open === undefined || open.toldAt !== undefined
    ? undefined
    : plusMs(new Date(open.since), reportAfterMs);
}

/** Reports the records that have been unknown for long, once until they are known again. Returns all records. */
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
  const marked = records.map((record) =>
    record.unsettled !== undefined && isLong(record)
      ? { ...record, unsettled: { ...record.unsettled, toldAt: at } }
      : record,
  );
  // Nobody relies on a record without addresses.
  const reported = long.filter(({ baseline, current }) => baseline.length + current.length > 0);
  if (reported.length === 0) return { records: marked, changes: [], alerts: [] };
  const why = [...new Set(reported.map((each) => each.unsettled?.why ?? ""))].join("; ");
  const since = reported.map((each) => each.unsettled?.since ?? at).toSorted()[0] ?? at;
  const what = unknownSince(since, why);
  return {
    records: marked,
    changes: [changeOf("unknown", at, what, reported)],
    alerts: [notJudgedAlert(reported, against, { what, since, todo: unknownTodo })],
  };
}
