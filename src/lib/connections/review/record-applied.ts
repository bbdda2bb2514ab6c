import { appliedReason, revokedReason } from "../../alerts/reasons-of-connections.ts";
import { connectionApplied, connectionRevoked, publicAccessOpen } from "../connection-alerts.ts";
import type { Snapshot } from "../facts/snapshot.ts";
import { targetOf } from "../record/description.ts";
import { outcomeOf } from "../record/outcome.ts";
import type { ConnectionRecord } from "../record/connection-record.ts";
import { applied, revoked } from "../record/transitions.ts";
import { dnsReadinessOf, isPublicAccessOpen } from "./dns-readiness.ts";
import type { ReviewServices } from "./ports.ts";

/** Records that Azure shows the state that was decided, and, of an approval, what its requester still needs. */
export async function recordApplied(
  { ledger, azure }: Pick<ReviewServices, "ledger" | "azure">,
  record: ConnectionRecord,
  seen?: Snapshot,
): Promise<ConnectionRecord> {
  if (record.action === "revoke") return recordRevoked(ledger, record);
  const target = targetOf(record.action);
  const next = applied(record, target);
  const [use, isOpen] =
    target === "Approved"
      ? await Promise.all([dnsReadinessOf(azure, record), isPublicAccessOpen(azure, record, seen)])
      : [undefined, false];
  const reason = appliedReason(record.reason ?? "", use);
  const outcome = { ...outcomeOf(next, reason), ...(use === undefined ? {} : { use }) };
  return ledger.append(record, outcome, (entry) => ({
    record: next,
    alerts: [connectionApplied(entry, next, reason), ...(isOpen ? [publicAccessOpen(entry, record)] : [])],
  }));
}

function recordRevoked(
  ledger: ReviewServices["ledger"],
  record: ConnectionRecord,
): Promise<ConnectionRecord> {
  const next = revoked(record);
  const reason = revokedReason(record.reason ?? "");
  return ledger.append(record, outcomeOf(next, reason), (entry) => ({
    record: next,
    alerts: [connectionRevoked(entry, reason)],
  }));
}
