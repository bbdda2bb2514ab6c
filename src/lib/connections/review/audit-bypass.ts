import { bypassReason } from "../../alerts/reasons-of-connections.ts";
import { connectionBypass, ruleAlerts } from "../connection-alerts.ts";
import type { Connection } from "../azure-connections.ts";
import type { ConnectionRecord } from "../record/connection-record.ts";
import { withDecision } from "../record/changes.ts";
import { adopted, awaitingAudit } from "../record/transitions.ts";
import { decisionOf } from "./append-decision.ts";
import type { Attempt } from "./attempt.ts";
import { evaluateOrRetry } from "./evaluate-or-retry.ts";

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
  const evaluated = await evaluateOrRetry(services, awaitingAudit(record), connection);
  if (evaluated.kind === "ended") return evaluated.record;
  const { evaluation } = evaluated;
  const { verdict } = evaluation;
  const decision = { ...decisionOf(attempt, evaluation), action: "none" as const };
  const reason = bypassReason(connection.state, verdict);
  return services.ledger.append(record, decision, (entry) => ({
    record: adopted(withDecision(record, entry), reason),
    alerts: [...(verdict.kind === "approve" ? [] : [connectionBypass(entry, reason)]), ...ruleAlerts(entry)],
  }));
}
