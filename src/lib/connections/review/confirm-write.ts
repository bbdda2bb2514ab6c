import type { Connection } from "../azure-connections.ts";
import { decisionIn, targetOf } from "../record/description.ts";
import type { ConnectionRecord } from "../record/connection-record.ts";
import type { Snapshot } from "../facts/snapshot.ts";
import { recordOverridden, resolveExternalChange } from "./external-change.ts";
import { hasNoDescription } from "./same-connection.ts";
import { recordApplied } from "./record-applied.ts";
import type { ReviewServices } from "./ports.ts";

/**
 * Confirms our own PUT: it is applied only if Azure shows the state that we asked for. `seen` is the snapshot that the
 * same attempt read before it, so that nothing in it is read again.
 */
export function confirmWrite(
  services: Pick<ReviewServices, "ledger" | "azure">,
  record: ConnectionRecord,
  connection: Connection,
  seen?: Snapshot,
): Promise<ConnectionRecord> {
  // Azure keeps the description of a write, which tells ours from another's. A missing description tells nothing.
  const isOurs = hasNoDescription(connection) || decisionIn(connection.description) === record.decisionId;
  if (!isOurs) return resolveExternalChange(services, record, connection);
  return connection.state === targetOf(record.action)
    ? recordApplied(services, record, seen)
    : recordOverridden(services, record, connection);
}
