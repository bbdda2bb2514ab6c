import { hasElapsed, minuteMs } from "../../clock.ts";
import { alertsOf, driftId, goneAlert } from "../address-alerts.ts";
import type { AddressHead, AddressRecord, Change, Revision, Watched } from "../model/baseline.ts";
import {
  causesOf,
  declaredOtherwise,
  describeContextChange,
  type CauseContext,
  type Cause,
} from "../causes.ts";
import { recentContextChanges, contextChangesBetween, type ContextChange } from "../model/cause-evidence.ts";
import { compare } from "../model/compare.ts";
import type { ComparisonContext, Comparison } from "../model/comparison.ts";
import { changesOf, filesOf, type HistoryAndAlerts } from "../history.ts";
import type { Observation, Settled } from "../model/observation.ts";
import { reportUnknown, unsettled } from "../model/unknown.ts";

export interface Assessment {
  readonly revision: Revision;
  /** Whether it reports a change of addresses, which a second read has to confirm. */
  readonly needsConfirmation: boolean;
}

/**
 * Assesses an observation: what to store and to report; undefined where nothing changes. Pure. An unknown, empty or
 * partial answer, and one in transition, changes no baseline (invariant I11). Only a first complete observation, a
 * declaration and a person's acknowledgement do.
 */
export function assessDrift(
  watched: Watched,
  observation: Observation,
  context: ComparisonContext,
): Assessment | undefined {
  if (observation.kind === "settled") return assessSettled(watched, observation, context);
  const { head } = watched;
  if (head === undefined) return undefined;
  if (observation.kind === "unread") return assessUnread(watched, head, observation.why, context);
  if (observation.kind === "gone") return assessGone(watched, head, context);
  return assessUnsettled(watched, head, observation, context);
}

const withoutReread = (revision: Revision): Assessment => ({ revision, needsConfirmation: false });

/** One answer may be wrong for a moment. A second one, at least a minute later, confirms that the resource is gone. */
function assessGone(
  { records }: Watched,
  head: AddressHead,
  context: ComparisonContext,
): Assessment | undefined {
  const at = context.now.toISOString();
  if (head.goneReportedAt !== undefined) return undefined;
  if (head.missingAt === undefined)
    return withoutReread({ head: { ...head, missingAt: at }, records: [], changes: [], alerts: [] });
  if (!hasElapsed(minuteMs, head.missingAt, context.now)) return undefined;
  const lost = records.map((record) => ({ ...record, goneAt: at }));
  return withoutReread({
    head: { ...head, goneReportedAt: at },
    records: lost,
    changes: [{ at, kind: "gone", what: `Azure has reported it as not found since ${head.missingAt}` }],
    alerts: [goneAlert(context.resource, head, records, at)],
  });
}

/** A failed read changes nothing but the time since when the addresses are unknown. */
function assessUnread(
  { records }: Watched,
  head: AddressHead,
  why: string,
  context: ComparisonContext,
): Assessment | undefined {
  const marked = records.map((record) => unsettled(record, `it cannot be read (${why})`, context));
  return assessUnknown(head, { before: records, marked, changes: [] }, context);
}

/** Records before and after they were marked as unknown, and changes of the resource so far. */
interface Marked {
  readonly before: readonly AddressRecord[];
  readonly marked: readonly AddressRecord[];
  readonly changes: readonly Change[];
}

/** Stores what is unknown, and reports what has been unknown for long, except of a suspended service. */
function assessUnknown(
  head: AddressHead,
  { before, marked, changes }: Marked,
  context: ComparisonContext,
): Assessment | undefined {
  const unreported = { records: marked, changes: [], alerts: [] };
  const news = head.suspendedAt === undefined ? reportUnknown(marked, context) : unreported;
  const records = news.records.filter((each) => !before.includes(each));
  const all = [...changes, ...news.changes];
  return all.length + records.length === 0
    ? undefined
    : withoutReread({ head, records, changes: all, alerts: news.alerts });
}

/** Nothing is compared. A suspension is kept as evidence for later drifts. */
function assessUnsettled(
  { records }: Watched,
  head: AddressHead,
  { why, suspended }: Extract<Observation, { kind: "unsettled" }>,
  context: ComparisonContext,
): Assessment | undefined {
  const { now } = context;
  const at = now.toISOString();
  const changes: Change[] = [];
  const back = returned(head, records, at, changes);
  let after = back.head;
  if (suspended && head.suspendedAt === undefined) {
    const shift: ContextChange = { aspect: "subscription", before: "in force", after: why, at };
    after = {
      ...after,
      suspendedAt: at,
      contextChanges: recentContextChanges([...after.contextChanges, shift], now),
    };
    changes.push({ at, kind: "suspended", what: why });
  }
  const known = back.records.length > 0 ? back.records : records;
  const marked = known.map((record) => unsettled(record, why, context));
  return assessUnknown(after, { before: records, marked, changes }, context);
}

/** The head and the records of a resource that was missing, reported as gone, or not governed, and is there again. */
function returned(
  head: AddressHead,
  records: readonly AddressRecord[],
  at: string,
  changes: Change[],
): { readonly head: AddressHead; readonly records: readonly AddressRecord[] } {
  const { missingAt, goneReportedAt, ...rest } = head;
  if (missingAt === undefined && records.every(({ leftAt }) => leftAt === undefined))
    return { head, records: [] };
  const since = goneReportedAt === undefined ? undefined : missingAt;
  const contextChanges: readonly ContextChange[] =
    since === undefined ? [] : [{ aspect: "existence", before: `gone since ${since}`, after: "there", at }];
  if (missingAt === undefined || goneReportedAt !== undefined)
    changes.push({
      at,
      kind: "back",
      what:
        since === undefined
          ? "it is watched again"
          : `it exists again, after it was not found since ${since}`,
    });
  return {
    head: { ...rest, contextChanges: [...rest.contextChanges, ...contextChanges] },
    records: records.map(({ goneAt: _, leftAt: _left, ...record }) => record),
  };
}

function assessSettled(
  watched: Watched,
  observation: Settled,
  context: ComparisonContext,
): Assessment | undefined {
  const at = context.now.toISOString();
  const changes: Change[] = [];
  const found = watched.head ?? firstHead(observation, context);
  const back = returned(found, watched.records, at, changes);
  const records = back.records.length > 0 ? back.records : watched.records;
  const contextChanges = [
    ...back.head.contextChanges,
    ...contextChangesBetween(found.circumstances, observation.circumstances, at),
  ];
  const fresh = contextChanges
    .slice(found.contextChanges.length)
    .filter(({ aspect }) => aspect !== "existence");
  if (fresh.length > 0)
    changes.push({ at, kind: "changed", what: fresh.map(describeContextChange).join("; ") });
  const { suspendedAt, ...unsuspended } = back.head;
  if (suspendedAt !== undefined)
    changes.push({
      at,
      kind: "changed",
      what: `it was suspended since ${suspendedAt} and is active again`,
    });
  const compared = compare(records, observation, context);
  const evidence = recentContextChanges([...contextChanges, ...compared.contextChanges], context.now);
  const around = {
    of: context.resource.kind,
    contextChanges: evidence,
    before: found.circumstances,
    now: observation.circumstances,
  };
  const judged = explainAndReport(compared, around, context);
  const touched = judged.records.filter((record) => !watched.records.includes(record));
  const nothing = changes.length + touched.length + judged.changes.length === 0;
  if (nothing && watched.head !== undefined) return undefined;
  const head: AddressHead = {
    ...unsuspended,
    circumstances: { ...found.circumstances, ...observation.circumstances },
    contextChanges: compared.drifted.some(({ neverObserved }) => neverObserved === undefined)
      ? markUsed(evidence, at)
      : evidence,
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
  return {
    resource: resource.text,
    learnedAt: now.toISOString(),
    sequence: 0,
    circumstances,
    contextChanges: [],
  };
}

function markUsed(contextChanges: readonly ContextChange[], at: string): readonly ContextChange[] {
  return contextChanges.map((shift) => ({ usedAt: at, ...shift }));
}

/** Whether the answer reports any change. A single answer may be late or incomplete. */
function showsChange(compared: Comparison): boolean {
  const { drifted, restored, vacated, notApplicable, applicable, unknown } = compared;
  return [drifted, restored, vacated, notApplicable, applicable, unknown].some((list) => list.length > 0);
}

/** Finds the causes of the drifts, and makes the history entries and alerts of every change. */
function explainAndReport(
  compared: Comparison,
  around: CauseContext,
  context: ComparisonContext,
): { readonly records: readonly AddressRecord[] } & HistoryAndAlerts {
  const { drifted } = compared;
  const { changed, declared } = causesBy(drifted, around);
  const causes = [...changed, ...declared];
  const id = driftId(context.resource, drifted, context.now);
  const drifting = new Set(drifted);
  const records = compared.records.map((record) => {
    if (!drifting.has(record) || record.drift === undefined) return record;
    return {
      ...record,
      drift: { ...record.drift, id, causes: record.neverObserved === undefined ? changed : declared },
    };
  });
  const unknown = reportUnknown(records, context);
  return {
    records: unknown.records,
    changes: [...changesOf(compared, causes, context.now), ...unknown.changes],
    alerts: [...alertsOf(compared, { ...context, causes, id, mode: around.now.network }), ...unknown.alerts],
  };
}

/** The causes of addresses that changed, and of addresses that a file declares otherwise. */
function causesBy(
  drifted: readonly AddressRecord[],
  around: CauseContext,
): { readonly changed: readonly Cause[]; readonly declared: readonly Cause[] } {
  const [neverObserved = [], others = []] = [true, false].map((wanted) =>
    drifted.filter((record) => (record.neverObserved !== undefined) === wanted),
  );
  return {
    changed: others.length === 0 ? [] : causesOf(others, around),
    declared: neverObserved.length === 0 ? [] : [declaredOtherwise(filesOf(neverObserved))],
  };
}
