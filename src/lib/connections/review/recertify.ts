import { approvalEndedReason, approvalEndsReason } from "../../alerts/reasons-of-connections.ts";
import { isDue, plusMs } from "../../clock.ts";
import type { Connection } from "../azure-connections.ts";
import { recertificationDue } from "../connection-alerts.ts";
import { isTransientHold } from "../decide.ts";
import { dailyMs, hourlyMs } from "../review-delays.ts";
import { outcomeOf } from "../record/outcome.ts";
import { atRest, termLapsed, termNoticed, termPostponed, termRenewed } from "../record/approval-changes.ts";
import { released } from "../record/changes.ts";
import type { ApprovalTerm, ConnectionRecord } from "../record/connection-record.ts";
import { decisionOf } from "./append-decision.ts";
import { ended, type Attempt, type Ended } from "./attempt.ts";
import { evaluateOrRetry, evaluateUnderHead } from "./evaluate-or-retry.ts";
import { personRefusal } from "./person.ts";
import { isNotOurs } from "./same-connection.ts";

/**
 * The next step of an approval that ends: its end is announced once; when it is over, the connection is re-evaluated on
 * the facts of that moment. What the policy approves again is renewed without an alert; of anything else an alert says
 * once that nothing approves it any more. Nothing is written to Azure.
 */
export async function recertify(
  attempt: Attempt,
  record: ConnectionRecord,
  connection: Connection,
): Promise<ConnectionRecord> {
  const { clock, ledger } = attempt.services;
  const { term } = record;
  if (term === undefined || !isDue(term.nextAt, clock.now())) return ledger.save(atRest(record));
  return isDue(term.until, clock.now())
    ? reevaluateEndedApproval(attempt, record, connection, term)
    : announceEnd(attempt, record, term);
}

function announceEnd(
  { services: { clock, ledger } }: Attempt,
  record: ConnectionRecord,
  term: ApprovalTerm,
): Promise<ConnectionRecord> {
  const reason = approvalEndsReason(term.until);
  const next = termNoticed(record, term, clock.now());
  return ledger.append(record, { ...outcomeOf(next, reason), endsAt: term.until }, (entry) => ({
    record: next,
    alerts: [recertificationDue(entry, { reason, until: term.until, isOver: false })],
  }));
}

async function reevaluateEndedApproval(
  attempt: Attempt,
  record: ConnectionRecord,
  connection: Connection,
  term: ApprovalTerm,
): Promise<ConnectionRecord> {
  const { services } = attempt;
  const { clock, ledger } = services;
  const evaluated = await evaluateOrRetry(services, record, connection);
  if (evaluated.kind === "ended") return evaluated.record;
  const { evaluation } = evaluated;
  const { verdict } = evaluation;
  const decision = { ...decisionOf(attempt, evaluation), action: "none", recertifies: true } as const;
  if (verdict.kind === "approve")
    return ledger.append(record, decision, (entry) => ({ record: termRenewed(record, entry), alerts: [] }));
  const now = clock.now();
  // A policy that does not load has not judged it; that has an alert of its own. A change window says when something
  // may change: a renewal waits for it, without an alert.
  if (evaluation.policy.kind === "invalid" || verdict.opensAt !== undefined)
    return ledger.save(termPostponed(record, plusMs(now, hourlyMs)));
  if (term.lapsedAt !== undefined) return ledger.save(termPostponed(record, plusMs(now, dailyMs)));
  const reason = approvalEndedReason(term.until, verdict);
  return ledger.append(record, decision, (entry) => ({
    record: termLapsed(record, term, now),
    alerts: [recertificationDue(entry, { reason, until: term.until, isOver: true })],
  }));
}

/** Whether a person asks to renew what is Approved by us until a time. */
export function isReconfirmation(
  { person }: Attempt["request"],
  record: ConnectionRecord,
  connection: Connection,
): boolean {
  const isOurs = record.phase === "Applied" && record.action === "approve" && !isNotOurs(record, connection);
  return (
    person?.verdict === "approve" && isOurs && record.term !== undefined && connection.state === "Approved"
  );
}

/** A person renews the approval, until another time or without end. The policy's rejection stands above it. */
export async function reconfirm(
  attempt: Attempt,
  record: ConnectionRecord,
  connection: Connection,
): Promise<Ended> {
  const { services, request } = attempt;
  const { ledger, mode } = services;
  const { evaluation } = await evaluateUnderHead(services, connection);
  const { person } = request;
  if (person === undefined) throw new Error("reconfirm() needs a person's request");
  const refusal = isTransientHold(evaluation.verdict)
    ? "a fact could not be read for the moment; ask again"
    : personRefusal(person, evaluation, { mode, now: evaluation.snapshot.now });
  if (refusal !== undefined)
    return { ...ended(await ledger.save(released(record)), evaluation.verdict), refusal };
  const decision = {
    ...decisionOf(attempt, { ...evaluation, person }),
    action: "none",
    recertifies: true,
  } as const;
  let decisionId = "";
  const renewed = await ledger.append(record, decision, (entry) => {
    decisionId = entry.id;
    return { record: termRenewed(record, entry), alerts: [] };
  });
  return { ...ended(renewed, evaluation.verdict), decisionId };
}
