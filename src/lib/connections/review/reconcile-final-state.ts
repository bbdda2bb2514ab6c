import type { Connection } from "../azure.ts";
import { connectionApplied, connectionOverridden, publicAccessOpen } from "../connection-alerts.ts";
import { decisionIn, targetOf } from "../record/description.ts";
import type { Snapshot } from "../facts/snapshot.ts";
import { endpointOf, isNotOurs, isUntold } from "./identity.ts";
import { scheduleRetry, outcomeOf } from "./schedule-retry.ts";
import type { ConnectionRecord, Decision } from "../record/record.ts";
import { finished } from "../record/released.ts";
import { auditBypass } from "./audit-bypass.ts";
import type { ReviewRequest, ReviewServices } from "./review-services.ts";
import { describeDnsReadiness, isPublicAccessOpen, dnsReadinessOf } from "./dns-readiness.ts";

type Services = Pick<ReviewServices, "ledger" | "azure">;

/**
 * A connection that is not Pending is never written to: it was ours, somebody else's, or there before us. `before` is
 * the state that an earlier attempt saw.
 */
export function reconcileFinalState(
  services: ReviewServices,
  request: ReviewRequest,
  record: ConnectionRecord,
  connection: Connection,
  before: string | undefined,
): Promise<ConnectionRecord> {
  switch (record.phase) {
    case "Seen":
      return unasked(services, request, record, connection);
    case "Applying":
      return confirm(services, record, connection);
    case "Decided":
    case "Held":
    case "Failed":
      return resolveExternalChange(services, record, connection);
    case "Applied":
      // One answer without a description is likelier than somebody who approved anew without a word: a second look tells.
      if (isNotOurs(record, connection) && connection.description === "" && record.attempts === 0)
        return scheduleRetry(
          services,
          record,
          "its description does not name our decision; it is looked at again",
        );
      if (isNotOurs(record, connection)) return unasked(services, request, record, connection);
      return connection.state === targetOf(record.action)
        ? services.ledger.save(finished(record))
        : overridden(services, record, connection);
    case "Gone":
    case "Adopted":
    case "Overridden":
      return connection.state === before
        ? services.ledger.save(finished(record))
        : unasked(services, request, record, connection);
  }
}

/** Only who got in is judged: a rejection that was not ours lets nobody in. */
function unasked(
  services: ReviewServices,
  request: ReviewRequest,
  record: ConnectionRecord,
  connection: Connection,
): Promise<ConnectionRecord> {
  if (connection.state === "Approved") return auditBypass(services, request, record, connection);
  const reason = `it became ${connection.state} without us`;
  return services.ledger.save(finished({ ...record, phase: "Adopted", reason }));
}

/**
 * After our own request: applied only if Azure shows the state that we asked for. `seen` is what the same attempt had
 * read before it, so that nothing of it is read again.
 */
export function confirm(
  services: Services,
  record: ConnectionRecord,
  connection: Connection,
  seen?: Snapshot,
): Promise<ConnectionRecord> {
  // Azure keeps what a write says of itself, so that another's is told from ours; a description that is not told tells nothing.
  const isOurs = isUntold(connection) || decisionIn(connection.description) === record.decisionId;
  if (!isOurs) return resolveExternalChange(services, record, connection);
  return connection.state === targetOf(record.action)
    ? applied(services, record, seen)
    : overridden(services, record, connection);
}

/**
 * Our own write may be what made it so, although its answer said otherwise or never came, and whatever was decided since:
 * Azure takes its time.
 */
async function resolveExternalChange(
  services: Services,
  record: ConnectionRecord,
  connection: Connection,
): Promise<ConnectionRecord> {
  // A write that is still known is likelier to be what made it so than somebody who says nothing of it.
  if (record.write !== undefined && isUntold(connection) && connection.state === targetOf(record.action))
    return applied(services, record);
  const decision = await services.ledger.entry(decisionIn(connection.description) ?? "");
  const isOurs =
    decision?.kind === "decision" &&
    decision.connection === record.id.text &&
    connection.state === targetOf(decision.action) &&
    isOfEndpoint(decision, connection);
  if (!isOurs) return overridden(services, record, connection);
  const { id: decisionId, action, verdict } = decision;
  return applied(services, {
    ...record,
    decisionId,
    action,
    verdict: verdict.kind,
    reason: verdict.reasons.join("; "),
  });
}

/** A write that was on its way when its connection's name passed to another endpoint was not decided for that one. */
function isOfEndpoint({ facts }: Decision, { endpointId }: Connection): boolean {
  const decided = facts.known["endpoint.id"];
  return decided === undefined || endpointId === undefined || decided === endpointOf(endpointId);
}

async function applied(
  { ledger, azure }: Services,
  record: ConnectionRecord,
  seen?: Snapshot,
): Promise<ConnectionRecord> {
  const target = targetOf(record.action);
  const done: ConnectionRecord = {
    ...finished(record),
    phase: "Applied",
    ...(target === undefined ? {} : { state: target }),
  };
  const [use, open] =
    target === "Approved"
      ? await Promise.all([dnsReadinessOf(azure, record), isPublicAccessOpen(azure, record, seen)])
      : [undefined, false];
  const reason = [record.reason ?? "", ...(use === undefined ? [] : [describeDnsReadiness(use)])].join("; ");
  const outcome = { ...outcomeOf(done, reason), ...(use === undefined ? {} : { use }) };
  return ledger.append(record, outcome, (entry) => ({
    record: done,
    alerts: [connectionApplied(entry, done, reason), ...(open ? [publicAccessOpen(entry, record)] : [])],
  }));
}

function overridden(
  { ledger }: Services,
  record: ConnectionRecord,
  { state }: Connection,
): Promise<ConnectionRecord> {
  const reason = `somebody set it to ${state}; our verdict was ${record.verdict ?? "not made yet"}`;
  const over: ConnectionRecord = { ...finished(record), phase: "Overridden", state, reason };
  return ledger.append(record, outcomeOf(over, reason), (entry) => ({
    record: over,
    alerts: [connectionOverridden(entry, reason)],
  }));
}
