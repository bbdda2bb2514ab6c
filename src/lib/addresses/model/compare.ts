import type { Addressed, AddressRecord } from "./baseline.ts";
import type { Shift } from "./circumstance.ts";
import { compareRecord } from "./compare-record.ts";
import { declaredFor, type Declared } from "./declared.ts";
import type { Settled, Sighting } from "./observation.ts";
import type { Pinned } from "./pin.ts";
import { markUnknown } from "./unknown.ts";

/** What an observation is held against, beside what is kept. */
export interface Against {
  readonly resource: Addressed;
  /** What configuration says that addresses are. */
  readonly declared: Declared;
  readonly now: Date;
  /** When all was last seen to be as it is kept; undefined where that is not known. */
  readonly checkedAt?: string;
}

/** What came of holding an observation against the records of a resource. */
export interface Compared {
  /** All of them: those that did not change are the same objects. */
  readonly records: readonly AddressRecord[];
  readonly learned: readonly AddressRecord[];
  /** Of the learned ones, those that did not apply under the tier before. */
  readonly applicable: readonly AddressRecord[];
  readonly drifted: readonly AddressRecord[];
  /** Of the drifted ones, those that people have not heard of lately. */
  readonly news: readonly AddressRecord[];
  readonly restored: readonly AddressRecord[];
  readonly vacated: readonly AddressRecord[];
  readonly returned: readonly AddressRecord[];
  readonly declared: readonly Pinned[];
  readonly reminded: readonly AddressRecord[];
  /** As they were before the tier that they do not apply to; those that people relied on. */
  readonly notApplicable: readonly AddressRecord[];
  /** What this answer does not say, and another one may. */
  readonly unknown: readonly AddressRecord[];
  /** What people were told to be unknown, and is known again. */
  readonly known: readonly AddressRecord[];
  /** Locations that were vacated and are there again: evidence. */
  readonly shifts: readonly Shift[];
}

type Item<List> = List extends readonly (infer T)[] ? T : never;
export type Lists = { readonly [K in keyof Compared]: Item<Compared[K]>[] };

/** Sets of addresses, by kind and location: order, case and how a location is written do not matter. */
export function compare(
  records: readonly AddressRecord[],
  { sightings, placesUntold }: Settled,
  against: Against,
): Compared {
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
function learn({ kind, location, seen }: Sighting, lists: Lists, against: Against): void {
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
function vacate(record: AddressRecord, lists: Lists, { now }: Against): AddressRecord {
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
