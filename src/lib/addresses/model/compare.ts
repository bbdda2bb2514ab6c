import type { ComparisonContext, Comparison, Lists } from "./comparison.ts";
import type { AddressRecord } from "./baseline.ts";
import { compareRecord } from "./compare-record.ts";
import { declaredFor } from "./declared.ts";
import type { Settled, ObservedAddresses } from "./observation.ts";
import { markUnknown } from "./unknown.ts";

/** Compares sets of addresses by kind and location. Order, case and the spelling of a location do not matter. */
export function compare(
  records: readonly AddressRecord[],
  { observed, placesIncomplete }: Settled,
  against: ComparisonContext,
): Comparison {
  const lists = emptyLists();
  const seen = new Map(observed.map((each) => [keyOf(each), each.seen]));
  const present = new Set(observed.map(({ location }) => location));
  for (const record of records) {
    const found = seen.get(keyOf(record));
    if (found !== undefined) lists.records.push(compareRecord(record, found, lists, against));
    else if (present.has(record.location)) lists.records.push(record);
    else if (placesIncomplete === true)
      lists.records.push(markUnknown(record, locationsIncomplete, lists, against));
    else lists.records.push(vacate(record, lists, against));
  }
  const known = new Set(records.map(keyOf));
  for (const each of observed) if (!known.has(keyOf(each))) learn(each, lists, against);
  return lists;
}

export const locationsIncomplete = {
  kind: "unknown",
  why: "the answer does not say all locations of the service",
  expected: true,
} as const;

export function keyOf({ kind, location }: Pick<AddressRecord, "kind" | "location">): string {
  return `${kind} ${location}`;
}

/**
 * Learns a set from the first answer that has all of it, independently of other kinds and locations. A declaration
 * applies from the first observation.
 */
function learn({ kind, location, seen }: ObservedAddresses, lists: Lists, against: ComparisonContext): void {
  if (seen.kind === "unknown") return;
  const at = against.now.toISOString();
  const current = seen.kind === "addresses" ? seen.addresses : [];
  const record: AddressRecord = {
    resource: against.resource.text,
    kind,
    location,
    baseline: current,
    baselineAt: at,
    origin: { kind: "learned" },
    current,
    currentAt: at,
  };
  const learned = compareRecord(record, seen, lists, against);
  if (declaredFor(against.declared, record) === undefined) lists.learned.push(learned);
  lists.records.push(learned);
}

/** The service left this location. The baseline is kept for its return. */
function vacate(record: AddressRecord, lists: Lists, { now }: ComparisonContext): AddressRecord {
  if (record.vacatedAt !== undefined) return record;
  const { drift: _, unsettled: _unsettled, ...rest } = record;
  const gone = { ...rest, current: [], vacatedAt: now.toISOString() };
  lists.vacated.push(gone);
  return gone;
}

function emptyLists(): Lists {
  return {
    records: [],
    learned: [],
    applicable: [],
    drifted: [],
    unreported: [],
    restored: [],
    vacated: [],
    returned: [],
    declared: [],
    reminded: [],
    notApplicable: [],
    unknown: [],
    known: [],
    contextChanges: [],
  };
}
