import { plusMs, isDue } from "../clock.ts";
import { sha256 } from "../hash.ts";
import { sameSet } from "./address.ts";
import type { Addressed, AddressRecord, Origin } from "./baseline.ts";
import type { Shift } from "./circumstance.ts";
import { declaredFor, type Declared } from "./declared.ts";
import type { Seen, Settled, Sighting } from "./observation.ts";

const hourMs = 60 * 60_000;
/** How often a person is reminded of an open drift. */
const remindEveryMs = 24 * hourMs;
/** What comes back within this is the same change, and is not told as a new one; if it stays for an hour, it is a reminder. */
const sameChangeMs = 24 * hourMs;
const settledMs = hourMs;
const toldMax = 20;

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
  readonly drifted: readonly AddressRecord[];
  /** Of the drifted ones, those that people have not heard of lately. */
  readonly news: readonly AddressRecord[];
  readonly restored: readonly AddressRecord[];
  readonly vacated: readonly AddressRecord[];
  readonly returned: readonly AddressRecord[];
  readonly declared: readonly AddressRecord[];
  readonly reminded: readonly AddressRecord[];
  /** Locations that were vacated and are there again: evidence. */
  readonly shifts: readonly Shift[];
}

type Lists = { -readonly [K in keyof Omit<Compared, "shifts">]: AddressRecord[] } & { shifts: Shift[] };

/** Sets of addresses, by kind and location: order, case and how a location is written do not matter. */
export function compare(
  records: readonly AddressRecord[],
  { sightings }: Settled,
  against: Against,
): Compared {
  const lists: Lists = {
    records: [],
    learned: [],
    drifted: [],
    news: [],
    restored: [],
    vacated: [],
    returned: [],
    declared: [],
    reminded: [],
    shifts: [],
  };
  const seen = new Map(sightings.map((each) => [keyOf(each), each.seen]));
  const present = new Set(sightings.map(({ location }) => location));
  for (const record of records)
    lists.records.push(
      present.has(record.location)
        ? compareOne(record, seen.get(keyOf(record)), lists, against)
        : vacate(record, lists, against),
    );
  const known = new Set(records.map(keyOf));
  for (const sighting of sightings) if (!known.has(keyOf(sighting))) learn(sighting, lists, against);
  return lists;
}

export function keyOf({ kind, location }: Pick<AddressRecord, "kind" | "location">): string {
  return `${kind} ${location}`;
}

/** A set is learned when it is first seen whole; what is unknown of the rest is learned when it is known. */
function learn({ kind, location, seen }: Sighting, lists: Lists, against: Against): void {
  if (seen.kind === "unknown") return;
  const at = against.now.toISOString();
  const current = addressesIn(seen);
  const record: AddressRecord = {
    resource: against.resource.text,
    kind,
    location,
    baseline: current,
    baselineAt: at,
    origin: { kind: "learned" },
    current,
    currentAt: at,
    ...(seen.kind === "none" && seen.advice !== undefined ? { advice: seen.advice } : {}),
  };
  lists.learned.push(record);
  // What is declared for it holds from the beginning.
  lists.records.push(compareOne(record, seen, lists, against));
}

function compareOne(
  found: AddressRecord,
  seen: Seen | undefined,
  lists: Lists,
  against: Against,
): AddressRecord {
  const record = asDeclared(found, lists, against);
  if (seen === undefined || seen.kind === "unknown")
    return seen?.expected === true ? unsettled(record, seen.why, against) : record;
  const there = backAt(settled(record), lists, against);
  const current = addressesIn(seen);
  if (sameSet(there.baseline, current)) return right(there, current, lists, against);
  if (there.drift !== undefined && sameSet(there.current, current)) return remind(there, lists, against);
  return drift(there, current, lists, against);
}

/** Nothing can be said of it: its baseline and its drift stay as they are. */
export function unsettled(record: AddressRecord, why: string, { now }: Pick<Against, "now">): AddressRecord {
  if (record.unsettled !== undefined || record.vacatedAt !== undefined) return record;
  return { ...record, unsettled: { since: now.toISOString(), why } };
}

function settled(record: AddressRecord): AddressRecord {
  if (record.unsettled === undefined) return record;
  const { unsettled: _, ...rest } = record;
  return rest;
}

function addressesIn(seen: Exclude<Seen, { kind: "unknown" }>): readonly string[] {
  return seen.kind === "addresses" ? seen.addresses : [];
}

/** A declaration pins the baseline, whatever it was before. */
function asDeclared(record: AddressRecord, lists: Lists, { declared, now }: Against): AddressRecord {
  const found = declaredFor(declared, record);
  if (found === undefined) return record;
  const origin: Origin = { kind: "declared", file: found.file };
  const same = sameSet(record.baseline, found.addresses) && record.origin.kind === "declared";
  if (same && record.origin.file === found.file) return record;
  const pinned = { ...record, baseline: found.addresses, baselineAt: now.toISOString(), origin };
  lists.declared.push(pinned);
  return pinned;
}

function backAt(record: AddressRecord, lists: Lists, { now }: Against): AddressRecord {
  const { vacatedAt, ...there } = record;
  if (vacatedAt === undefined) return record;
  const { location } = record;
  const at = now.toISOString();
  lists.returned.push(there);
  lists.shifts.push({ aspect: "location", location, before: `vacated at ${vacatedAt}`, after: "there", at });
  return there;
}

/** The service is not in this location any more; what was right there is kept, for its return. */
function vacate(record: AddressRecord, lists: Lists, { now }: Against): AddressRecord {
  if (record.vacatedAt !== undefined) return record;
  const { drift: _, ...rest } = record;
  const gone = { ...rest, current: [], vacatedAt: now.toISOString() };
  lists.vacated.push(gone);
  return gone;
}

function right(
  record: AddressRecord,
  current: readonly string[],
  lists: Lists,
  { now }: Against,
): AddressRecord {
  const { drift: open, ...rest } = record;
  const same = sameSet(record.current, current);
  if (open === undefined && same) return record;
  const after = same ? rest : { ...rest, current, currentAt: now.toISOString() };
  if (open === undefined) return after;
  // A drift that nobody heard of ends as quietly.
  const heard = { ...after, ...(record.heard === "drifted" ? { heard: "right" as const } : {}) };
  lists.restored.push(record);
  return heard;
}

function drift(
  record: AddressRecord,
  current: readonly string[],
  lists: Lists,
  { now }: Against,
): AddressRecord {
  const at = now.toISOString();
  const addresses = sha256(current.join(" ")).slice(0, 16);
  const recent = (record.told ?? []).filter((each) => !isDue(plusMs(new Date(each.at), sameChangeMs), now));
  const isNews = !recent.some((each) => each.addresses === addresses);
  const drifted: AddressRecord = {
    ...record,
    current,
    currentAt: at,
    drift: { id: "", since: at, causes: [], remindAt: plusMs(now, isNews ? remindEveryMs : settledMs) },
    ...(isNews ? { heard: "drifted" as const } : {}),
    told: isNews ? [...recent, { addresses, at }].slice(-toldMax) : recent,
  };
  lists.drifted.push(drifted);
  if (isNews) lists.news.push(drifted);
  return drifted;
}

function remind(record: AddressRecord, lists: Lists, { now }: Against): AddressRecord {
  const { drift: open } = record;
  if (open === undefined || !isDue(open.remindAt, now)) return record;
  const reminded: AddressRecord = {
    ...record,
    drift: { ...open, remindAt: plusMs(now, remindEveryMs) },
    heard: "drifted",
  };
  lists.reminded.push(reminded);
  return reminded;
}
