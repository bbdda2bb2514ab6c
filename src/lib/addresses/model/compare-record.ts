import { dayMs, hasElapsed, hourMs, isDue, plusMs } from "../../clock.ts";
import { sha256 } from "../../hash.ts";
import { sameSet } from "./address.ts";
import type { AddressRecord } from "./baseline.ts";
import type { ComparisonContext, Lists } from "./comparison.ts";
import { applyAgain, stopApplying } from "./not-applicable.ts";
import type { Seen } from "./observation.ts";
import { pinToDeclared } from "./pin-to-declared.ts";
import { markKnown, markUnknown } from "./unknown.ts";

/** Interval of the reminders of an open drift. */
const remindEveryMs = dayMs;
/**
 * The same addresses within this time are the same change and no new alert. If they stay for an hour, a reminder
 * follows.
 */
const sameChangeMs = dayMs;
const firstReminderMs = hourMs;
const reportedDriftsMax = 20;

/** Compares the observed addresses of one kind in one location with their record. */
export function compareRecord(
  found: AddressRecord,
  seen: Seen,
  lists: Lists,
  against: ComparisonContext,
): AddressRecord {
  if (seen.kind === "unknown") return markUnknown(found, seen, lists, against);
  const { record, isPinned } = pinToDeclared(found, lists, against);
  const present = returnToLocation(markKnown(record, lists), lists, against);
  if (seen.kind === "none" && seen.advice !== undefined)
    return stopApplying(present, { advice: seen.advice, isPinned }, lists, against);
  const current = seen.kind === "addresses" ? seen.addresses : [];
  const judged = applyAgain(present, current, lists, against);
  if (sameSet(judged.baseline, current)) return endDrift(judged, current, lists, against);
  if (!isPinned && judged.drift !== undefined && sameSet(judged.current, current))
    return remind(judged, lists, against);
  return startDrift(judged, current, lists, against);
}

function returnToLocation(record: AddressRecord, lists: Lists, { now }: ComparisonContext): AddressRecord {
  const { vacatedAt, ...present } = record;
  if (vacatedAt === undefined) return record;
  const { location } = record;
  const at = now.toISOString();
  lists.returned.push(present);
  lists.contextChanges.push({
    aspect: "location",
    location,
    before: `vacated at ${vacatedAt}`,
    after: "there",
    at,
  });
  return present;
}

/** The addresses are those of the baseline again: ends the drift if one is open. */
function endDrift(
  record: AddressRecord,
  current: readonly string[],
  lists: Lists,
  { now }: ComparisonContext,
): AddressRecord {
  const { drift: open, neverObserved, ...rest } = record;
  const same = sameSet(record.current, current);
  if (open === undefined && neverObserved === undefined && same) return record;
  const after = same ? rest : { ...rest, current, currentAt: now.toISOString() };
  if (open === undefined) return after;
  // A drift that was never reported ends without an alert.
  const ended = {
    ...after,
    ...(record.lastReported === "drifted" ? { lastReported: "right" as const } : {}),
  };
  lists.restored.push(record);
  return ended;
}

function startDrift(
  record: AddressRecord,
  current: readonly string[],
  lists: Lists,
  { now }: ComparisonContext,
): AddressRecord {
  const at = now.toISOString();
  const addresses = sha256(current.join(" ")).slice(0, 16);
  const recent = (record.reportedDrifts ?? []).filter((each) => !hasElapsed(sameChangeMs, each.at, now));
  const isNewlyReported = !recent.some((each) => each.addresses === addresses);
  const drifted: AddressRecord = {
    ...record,
    current,
    currentAt: at,
    drift: {
      id: "",
      since: at,
      causes: [],
      remindAt: plusMs(now, isNewlyReported ? remindEveryMs : firstReminderMs),
    },
    ...(isNewlyReported ? { lastReported: "drifted" as const } : {}),
    reportedDrifts: isNewlyReported ? [...recent, { addresses, at }].slice(-reportedDriftsMax) : recent,
  };
  lists.drifted.push(drifted);
  if (isNewlyReported) lists.unreported.push(drifted);
  return drifted;
}

function remind(record: AddressRecord, lists: Lists, { now }: ComparisonContext): AddressRecord {
  const { drift: open } = record;
  if (open === undefined || !isDue(open.remindAt, now)) return record;
  const reminded: AddressRecord = {
    ...record,
    drift: { ...open, remindAt: plusMs(now, remindEveryMs) },
    lastReported: "drifted",
  };
  lists.reminded.push(reminded);
  return reminded;
}
