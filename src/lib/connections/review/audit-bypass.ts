import { bypassReason } from "../../alerts/reasons-of-connections.ts";
import { connectionBypass, ruleAlerts } from "../connection-alerts.ts";
import type { Connection } from "../azure-connections.ts";
import { isTransientHold, transientAttemptsMax } from "../decide.ts";
import type { ConnectionRecord } from "../record/connection-record.ts";
import { withDecision } from "../record/changes.ts";
import { adopted, awaitingAudit } from "../record/transitions.ts";
import { decisionOf } from "./append-decision.ts";
import type { Attempt } from "./attempt.ts";
import { evaluateConnection } from "./evaluate.ts";
import { scheduleRetry } from "./schedule-retry.ts";

/**
 * A connection that became Approved without us and without having been Held, at a service that we know: a person
 * approved it, or the requester had the right to. It is left as it is, with an alert where the policy would not have
 * approved it, or where that is unknown.
 */
export async function auditBypass(
  attempt: Attempt,
  record: ConnectionRecord,
  connection: Connection,
): Promise<ConnectionRecord> {
  const { services } = attempt;
  const { reservations } = await services.ledger.head(record.id.service);
  const evaluation = await evaluateConnection(services, connection, reservations);
  const { verdict } = evaluation;
  if (isTransientHold(verdict) && record.attempts < transientAttemptsMax)
    return scheduleRetry(services, awaitingAudit(record), verdict.reasons.join("; "));
  const decision = { ...decisionOf(attempt, evaluation), action: "none" as const };
  const reason = bypassReason(connection.state, verdict);
  return services.ledger.append(record, decision, (entry) => ({
    record: adopted(withDecision(record, entry), reason),
    alerts: [...(verdict.kind === "approve" ? [] : [connectionBypass(entry, reason)]), ...ruleAlerts(entry)],
  }));
}
