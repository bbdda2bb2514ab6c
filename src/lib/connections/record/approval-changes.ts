import { plusMs } from "../../clock.ts";
import { dailyMs } from "../review-delays.ts";
import { termOf } from "./approval-term.ts";
import { finished } from "./changes.ts";
import type { ApprovalTerm, ConnectionRecord, Decision, Link, Revocation } from "./connection-record.ts";
import { decisionReason } from "./description.ts";

/** The changes of the record of an approval that stays, and may end: by its term, or by a revocation. */

/** Ends an attempt on an approval that stays: it waits for the next step of its term, or of its revocation. */
export function atRest(record: ConnectionRecord): ConnectionRecord {
  const { term, revocation } = record;
  const [nextAt] = [term?.nextAt, revocation?.dueAt].filter((each) => each !== undefined).toSorted();
  return {
    ...finished(record),
    ...(term === undefined ? {} : { term }),
    ...(revocation === undefined ? {} : { revocation }),
    ...(nextAt === undefined ? {} : { nextAt }),
  };
}

/** Judged for a revocation, and left as it is. */
export function revocationChecked(record: ConnectionRecord, decider: string, now: Date): ConnectionRecord {
  const { revocation: _, ...rest } = record;
  return atRest({ ...rest, judged: { at: now.toISOString(), decider } });
}

/** What a decision to revoke replaces. */
function approvalOf(record: ConnectionRecord): Revocation["before"] {
  const { phase, decisionId, decidedAt, action, term, person, reason } = record;
  return {
    phase,
    ...(decisionId === undefined ? {} : { decisionId }),
    ...(decidedAt === undefined ? {} : { decidedAt }),
    ...(action === undefined ? {} : { action }),
    ...(term === undefined ? {} : { term }),
    ...(person === undefined ? {} : { person }),
    ...(reason === undefined ? {} : { reason }),
  };
}

/** An alert announces that it will be revoked after a time, or that it cannot be. An earlier notice is over. */
export function revocationNoticed(
  record: ConnectionRecord,
  now: Date,
  notice: { readonly dueAt: string; readonly isBlocked: boolean; readonly decider: string },
): ConnectionRecord {
  const { dueAt, isBlocked, decider } = notice;
  const before = record.revocation?.before ?? approvalOf(record);
  const at = now.toISOString();
  const revocation = { noticedAt: at, dueAt, ...(isBlocked ? { isBlocked } : {}), before };
  return atRest({ ...record, revocation, judged: { at, decider } });
}

/** Judged again before its time, or still blocked: its notice stays. */
export function revocationPostponed(
  record: ConnectionRecord,
  now: Date,
  { dueAt, decider }: { readonly dueAt: string; readonly decider: string },
): ConnectionRecord {
  const { revocation } = record;
  if (revocation === undefined) return atRest(record);
  return atRest({
    ...record,
    revocation: { ...revocation, dueAt },
    judged: { at: now.toISOString(), decider },
  });
}

/** An alert announced the end. */
export function termNoticed(record: ConnectionRecord, term: ApprovalTerm, now: Date): ConnectionRecord {
  return atRest({ ...record, term: { ...term, noticedAt: now.toISOString(), nextAt: term.until } });
}

/** An alert said that the approval is over. The policy may approve it again, so it is evaluated again. */
export function termLapsed(record: ConnectionRecord, term: ApprovalTerm, now: Date): ConnectionRecord {
  return termPostponed({ ...record, term: { ...term, lapsedAt: now.toISOString() } }, plusMs(now, dailyMs));
}

/** Nothing is to be said now. */
export function termPostponed(record: ConnectionRecord, nextAt: string): ConnectionRecord {
  return record.term === undefined ? atRest(record) : atRest({ ...record, term: { ...record.term, nextAt } });
}

/**
 * Renewed, by the policy or by a person. The decision that the connection's description on Azure names stays the
 * record's, since nothing is written.
 */
export function termRenewed(record: ConnectionRecord, entry: Decision & Link): ConnectionRecord {
  const { term: _, person: _person, ...rest } = record;
  const term = termOf(entry);
  const renewed = term === undefined ? {} : { term };
  return atRest({
    ...rest,
    ...(entry.person === undefined ? {} : { person: entry.person, reason: decisionReason(entry) }),
    ...renewed,
  });
}
