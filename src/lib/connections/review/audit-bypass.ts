import { connectionBypass, ruleAlerts } from "../connection-alerts.ts";
import type { Connection } from "../azure.ts";
import { evaluateConnection } from "./evaluate.ts";
import { isPassingHold, passingAttemptsMax } from "../decide.ts";
import { scheduleRetry } from "./schedule-retry.ts";
import type { ConnectionRecord } from "../record/record.ts";
import { decidedBy, decisionOf } from "./record-decision.ts";
import { finished } from "../record/released.ts";
import type { ReviewRequest, ReviewServices } from "./review-services.ts";

/**
 * A connection that is Approved without us, without having been Held, at a service that we know: somebody with the
 * right gave it, or the requester had it. It is left as it is; where the policy would not have approved it, or where
 * that cannot be told, a person is.
 */
export async function auditBypass(
  services: ReviewServices,
  request: ReviewRequest,
  record: ConnectionRecord,
  connection: Connection,
): Promise<ConnectionRecord> {
  const { reservations } = await services.ledger.head(record.id.service);
  const evaluation = await evaluateConnection(services, connection, reservations);
  const { verdict } = evaluation;
  if (isPassingHold(verdict) && record.attempts < passingAttemptsMax)
    return scheduleRetry(services, { ...record, phase: "Seen" }, verdict.reasons.join("; "));
  const decision = { ...decisionOf(services, request, evaluation), action: "none" as const };
  const reason = `it became ${connection.state} without us; the policy's verdict is ${verdict.kind} (${verdict.reasons.join("; ")})`;
  return services.ledger.append(record, decision, (entry) => ({
    record: { ...finished(decidedBy(record, entry)), phase: "Adopted", reason },
    alerts: [...(verdict.kind === "approve" ? [] : [connectionBypass(entry, reason)]), ...ruleAlerts(entry)],
  }));
}
