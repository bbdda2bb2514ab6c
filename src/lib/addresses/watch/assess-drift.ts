import { alertsOf, driftId, gone } from "../address-alerts.ts";
import type { AddressHead, AddressRecord, Change, Revision, Watched } from "../model/baseline.ts";
import {
  causesOf,
  declaredOtherwise,
  describeContextChange,
  type CauseContext,
  type Cause,
} from "../causes.ts";
import { recentShifts, shiftsBetween, type ContextChange } from "../model/circumstance.ts";
import { compare } from "../model/compare.ts";
import type { ComparisonContext, Comparison } from "../model/comparison.ts";
import { changesOf, filesOf, type HistoryAndAlerts } from "../history.ts";
import type { Observation, Settled } from "../model/observation.ts";
import { reportUnknown, unsettled } from "../model/unknown.ts";

const minuteMs = 60_000;

export interface Assessment {
  readonly revision: Revision;
  /** Whether it says of addresses that they are others than before: then it has to be seen twice. */
  readonly needsConfirmation: boolean;
}

/**
 * What an observation makes of what is kept; undefined where it makes nothing of it. Pure: what is unknown, empty, partial
 * or on its way changes no baseline (invariant I11), and neither does anything else but a first complete observation, a
 * declaration, and a person's acknowledgement.
 */
export function assessDrift(
  watched: Watched,
  observation: Observation,
  against: ComparisonContext,
): Assessment | undefined {
  if (observation.kind === "settled") return assessSettled(watched, observation, against);
  const { head } = watched;
  if (head === undefined) return undefined;
  if (observation.kind === "unread") return assessUnread(watched, head, observation.why, against);
  if (observation.kind === "gone") return assessGone(watched, head, against);
  return assessUnsettled(watched, head, observation, against);
}

const confirmed = (revision: Revision): Assessment => ({ revision, needsConfirmation: false });

/** The inventory and one answer may be wrong for a moment; a second answer a minute later settles it. */
function assessGone(
  { records }: Watched,
  head: AddressHead,
  against: ComparisonContext,
): Assessment | undefined {
  const at = against.now.toISOString();
  if (head.goneToldAt !== undefined) return undefined;
  if (head.missingAt === undefined)
    return confirmed({ head: { ...head, missingAt: at }, records: [], changes: [], alerts: [] });
  if (against.now.getTime() - Date.parse(head.missingAt) < minuteMs) return undefined;
  const lost = records.map((record) => ({ ...record, goneAt: at }));
  return confirmed({
    head: { ...head, goneToldAt: at },
    records: lost,
    changes: [{ at, kind: "gone", what: `Azure has not known it since ${head.missingAt}` }],
    alerts: [gone(against.resource, head, records, at)],
  });
}

/** An answer that says nothing changes nothing, but how long that has been so. */
function assessUnread(
  { records }: Watched,
  head: AddressHead,
  why: string,
  against: ComparisonContext,
): Assessment | undefined {
  const marked = records.map((record) => unsettled(record, `it cannot be read (${why})`, against));
  return assessUnknown(head, records, marked, [], against);
}

/** What is marked as unknown, and who is told because it has been so for long; whoever suspends a service knows of it. */
function assessUnknown(
  head: AddressHead,
  before: readonly AddressRecord[],
  marked: readonly AddressRecord[],
  changes: readonly Change[],
  against: ComparisonContext,
): Assessment | undefined {
  const quiet = { records: marked, changes: [], alerts: [] };
  const news = head.suspendedAt === undefined ? reportUnknown(marked, against) : quiet;
  const records = news.records.filter((each) => !before.includes(each));
  const all = [...changes, ...news.changes];
  return all.length + records.length === 0
    ? undefined
    : confirmed({ head, records, changes: all, alerts: news.alerts });
}

/** Nothing is judged; but that it was suspended is evidence for what comes after. */
function assessUnsettled(
  { records }: Watched,
  head: AddressHead,
  { why, suspended }: Extract<Observation, { kind: "unsettled" }>,
  against: ComparisonContext,
): Assessment | undefined {
  const { now } = against;
  const at = now.toISOString();
  const changes: Change[] = [];
  const back = returned(head, records, at, changes);
  let after = back.head;
  if (suspended && head.suspendedAt === undefined) {
    const shift: ContextChange = { aspect: "subscription", before: "in force", after: why, at };
    after = { ...after, suspendedAt: at, shifts: recentShifts([...after.shifts, shift], now) };
    changes.push({ at, kind: "suspended", what: why });
  }
  const known = back.records.length > 0 ? back.records : records;
  const marked = known.map((record) => unsettled(record, why, against));
  return assessUnknown(after, records, marked, changes, against);
}

/** What was missing, told to be gone, or left out of what is governed, and is there now. */
function returned(
  head: AddressHead,
  records: readonly AddressRecord[],
  at: string,
  changes: Change[],
): { readonly head: AddressHead; readonly records: readonly AddressRecord[] } {
  const { missingAt, goneToldAt, ...rest } = head;
  if (missingAt === undefined && records.every(({ leftAt }) => leftAt === undefined))
    return { head, records: [] };
  const since = goneToldAt === undefined ? undefined : missingAt;
  const shifts: readonly ContextChange[] =
    since === undefined ? [] : [{ aspect: "existence", before: `gone since ${since}`, after: "there", at }];
  if (missingAt === undefined || goneToldAt !== undefined)
    changes.push({
      at,
      kind: "back",
      what: since === undefined ? "it is watched again" : `it was gone since ${since}`,
    });
  return {
    head: { ...rest, shifts: [...rest.shifts, ...shifts] },
    records: records.map(({ goneAt: _, leftAt: _left, ...record }) => record),
  };
}

function assessSettled(
  watched: Watched,
  observation: Settled,
  against: ComparisonContext,
): Assessment | undefined {
  const at = against.now.toISOString();
  const changes: Change[] = [];
  const found = watched.head ?? firstHead(observation, against);
  const back = returned(found, watched.records, at, changes);
  const records = back.records.length > 0 ? back.records : watched.records;
  const shifts = [...back.head.shifts, ...shiftsBetween(found.circumstances, observation.circumstances, at)];
  const fresh = shifts.slice(found.shifts.length).filter(({ aspect }) => aspect !== "existence");
  if (fresh.length > 0)
    changes.push({ at, kind: "changed", what: fresh.map(describeContextChange).join("; ") });
  const { suspendedAt, ...unsuspended } = back.head;
  if (suspendedAt !== undefined)
    changes.push({
      at,
      kind: "changed",
      what: `it was suspended since ${suspendedAt}, and is in force again`,
    });
  const compared = compare(records, observation, against);
  const evidence = recentShifts([...shifts, ...compared.shifts], against.now);
  const around = {
    of: against.resource.kind,
    shifts: evidence,
    before: found.circumstances,
    now: observation.circumstances,
  };
  const judged = explainAndReport(compared, around, against);
  const touched = judged.records.filter((record) => !watched.records.includes(record));
  const nothing = changes.length + touched.length + judged.changes.length === 0;
  if (nothing && watched.head !== undefined) return undefined;
  const head: AddressHead = {
    ...unsuspended,
    circumstances: { ...found.circumstances, ...observation.circumstances },
    shifts: compared.drifted.some(({ unseen }) => unseen === undefined) ? markUsed(evidence, at) : evidence,
  };
  const revision = {
    head,
    records: touched,
    changes: [...changes, ...judged.changes],
    alerts: judged.alerts,
  };
  return {
    revision,
    needsConfirmation: showsChange(compared),
  };
}

function firstHead({ circumstances }: Settled, { resource, now }: ComparisonContext): AddressHead {
  return { resource: resource.text, learnedAt: now.toISOString(), sequence: 0, circumstances, shifts: [] };
}

function markUsed(shifts: readonly ContextChange[], at: string): readonly ContextChange[] {
  return shifts.map((shift) => ({ usedAt: at, ...shift }));
}

/** Whether one answer alone, which may be late or short, would be believed to say more than that all is as it was. */
function showsChange(compared: Comparison): boolean {
  const { drifted, restored, vacated, notApplicable, applicable, unknown } = compared;
  return [drifted, restored, vacated, notApplicable, applicable, unknown].some((list) => list.length > 0);
}

/** The causes of what drifted, and what people are told of all that changed. */
function explainAndReport(
  compared: Comparison,
  around: CauseContext,
  against: ComparisonContext,
): { readonly records: readonly AddressRecord[] } & HistoryAndAlerts {
  const { drifted } = compared;
  const { changed, declared } = causesBy(drifted, around);
  const causes = [...changed, ...declared];
  const id = driftId(against.resource, drifted, against.now);
  const drifting = new Set(drifted);
  const records = compared.records.map((record) => {
    if (!drifting.has(record) || record.drift === undefined) return record;
    return {
      ...record,
      drift: { ...record.drift, id, causes: record.unseen === undefined ? changed : declared },
    };
  });
  const unknown = reportUnknown(records, against);
  return {
    records: unknown.records,
    changes: [...changesOf(compared, causes, against.now), ...unknown.changes],
    alerts: [...alertsOf(compared, { ...against, causes, id, mode: around.now.network }), ...unknown.alerts],
  };
}

/** The causes of what became something else, and of what a file says otherwise. */
function causesBy(
  drifted: readonly AddressRecord[],
  around: CauseContext,
): { readonly changed: readonly Cause[]; readonly declared: readonly Cause[] } {
  const [unseen = [], others = []] = [true, false].map((wanted) =>
    drifted.filter((record) => (record.unseen !== undefined) === wanted),
  );
  return {
    changed: others.length === 0 ? [] : causesOf(others, around),
    declared: unseen.length === 0 ? [] : [declaredOtherwise(filesOf(unseen))],
  };
}
