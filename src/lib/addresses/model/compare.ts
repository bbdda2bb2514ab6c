import type { ComparisonContext, Comparison, Lists } from "./comparison.ts";
import type { AddressRecord } from "./baseline.ts";
import { compareRecord } from "./compare-record.ts";
import { declaredFor } from "./declared.ts";
import type { Settled, ObservedAddresses } from "./observation.ts";
import { markUnknown } from "./unknown.ts";

/** Sets of addresses, by kind and location: order, case and how a location is written do not matter. */
export function compare(
  records: readonly AddressRecord[],
  { sightings, placesUntold }: Settled,
  against: ComparisonContext,
): Comparison {
  const lists = emptyLists();
  const seen = new Map(sightings.map((each) => [keyOf(each), each.seen]));
  const present = new Set(sightings.map(({ location }) => location));
  for (const record of records) {
    const found = seen.get(keyOf(record));
    if (found !== undefined) lists.records.push(compareRecord(record, found, lists, against));
    else if (present.has(record.location)) lists.records.push(record);
    else if (placesUntold === true) lists.records.push(markUnknown(record, locationUntold, lists, against));
    else lists.records.push(vacate(record, lists, against));
  }
  const known = new Set(records.map(keyOf));
  for (const sighting of sightings) if (!known.has(keyOf(sighting))) learn(sighting, lists, against);
  return lists;
}

const locationUntold = {
  kind: "unknown",
  why: "the answer does not say all locations of the service",
  expected: true,
} as const;

export function keyOf({ kind, location }: Pick<AddressRecord, "kind" | "location">): string {
  return `${kind} ${location}`;
}

/**
 * A set is learned when it is first seen whole, by itself: what an answer does not say of another kind or place is learned
 * from the first one that does. What is declared for it holds from the beginning.
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

/** The service is not in this location any more; what was right there is kept, for its return. */
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
    news: [],
    restored: [],
    vacated: [],
    returned: [],
    declared: [],
    reminded: [],
    notApplicable: [],
    unknown: [],
    known: [],
    shifts: [],
  };
}
