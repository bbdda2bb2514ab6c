import { overriddenReason } from "../../alerts/reasons-of-connections.ts";
import type { Connection } from "../azure-connections.ts";
import { connectionOverridden } from "../connection-alerts.ts";
import { decisionIn, targetOf } from "../record/description.ts";
import { outcomeOf } from "../record/outcome.ts";
import type { ConnectionRecord, Decision } from "../record/connection-record.ts";
import { attributedTo } from "../record/changes.ts";
import { overridden } from "../record/transitions.ts";
import { endpointOf, hasNoDescription } from "./same-connection.ts";
import { recordApplied } from "./record-applied.ts";
import type { ReviewServices } from "./ports.ts";

type Services = Pick<ReviewServices, "ledger" | "azure">;

/**
 * A connection left Pending although we wrote nothing that we know of. It may be our own write all the same: one whose
 * answer said otherwise or never came, or one of an earlier decision, since Azure takes its time.
 */
export async function resolveExternalChange(
  services: Services,
  record: ConnectionRecord,
  connection: Connection,
): Promise<ConnectionRecord> {
  // A write that we still follow is a likelier cause than a person who leaves no description.
  if (
    record.write !== undefined &&
    hasNoDescription(connection) &&
    connection.state === targetOf(record.action)
  )
    return recordApplied(services, record);
  const decision = await services.ledger.entry(decisionIn(connection.description) ?? "");
  const isOurs =
    decision?.kind === "decision" &&
    decision.connection === record.id.text &&
    connection.state === targetOf(decision.action) &&
    isOfEndpoint(decision, connection);
  if (!isOurs) return recordOverridden(services, record, connection);
  return recordApplied(services, attributedTo(record, decision));
}

/** A write that was under way when its connection's name passed to another endpoint was not decided for that one. */
function isOfEndpoint({ facts }: Decision, { endpointId }: Connection): boolean {
  const decided = facts.known["endpoint.id"];
  return decided === undefined || endpointId === undefined || decided === endpointOf(endpointId);
}

/** Records that somebody else decided. */
export function recordOverridden(
  { ledger }: Pick<Services, "ledger">,
  record: ConnectionRecord,
  { state }: Connection,
): Promise<ConnectionRecord> {
  const reason = overriddenReason(state, record.verdict);
  const next = overridden(record, state, reason);
  return ledger.append(record, outcomeOf(next, reason), (entry) => ({
    record: next,
    alerts: [connectionOverridden(entry, reason)],
  }));
}
