import { settledOutside } from "../../alerts/reasons-of-connections.ts";
import type { Connection } from "../azure-connections.ts";
import { targetOf } from "../record/description.ts";
import type { ConnectionRecord } from "../record/connection-record.ts";
import { finished } from "../record/changes.ts";
import { adopted } from "../record/transitions.ts";
import type { Attempt } from "./attempt.ts";
import { auditBypass } from "./audit-bypass.ts";
import { confirmWrite } from "./confirm-write.ts";
import { recordOverridden, resolveExternalChange } from "./external-change.ts";
import { isNotOurs } from "./same-connection.ts";
import { recertify } from "./recertify.ts";
import { scheduleRetry } from "./schedule-retry.ts";

/**
 * A connection that is not Pending is never written to: its state is our doing, somebody else's, or older than us.
 * `before` is the state that an earlier attempt saw.
 */
export function reconcileFinalState(
  attempt: Attempt,
  record: ConnectionRecord,
  connection: Connection,
  before: string | undefined,
): Promise<ConnectionRecord> {
  const { services } = attempt;
  switch (record.phase) {
    case "Seen":
      return settleUnasked(attempt, record, connection);
    case "Applying":
      return confirmWrite(services, record, connection);
    case "Decided":
    case "Held":
    case "Failed":
      return resolveExternalChange(services, record, connection);
    case "Applied":
      return checkApplied(attempt, record, connection);
    case "Gone":
    case "Adopted":
    case "Overridden":
    case "Revoked":
      return connection.state === before
        ? services.ledger.save(finished(record))
        : settleUnasked(attempt, record, connection);
  }
}

/** What we applied may have been changed, or created again, since. */
function checkApplied(
  attempt: Attempt,
  record: ConnectionRecord,
  connection: Connection,
): Promise<ConnectionRecord> {
  const { services } = attempt;
  if (isNotOurs(record, connection)) {
    // One answer without a description is likelier than a new approval without one: a second read tells.
    if (connection.description !== "" || record.attempts > 0)
      return settleUnasked(attempt, record, connection);
    return scheduleRetry(
      services,
      record,
      "its description does not name Drawbridge's decision; it is read again",
    );
  }
  return connection.state === targetOf(record.action)
    ? recertify(attempt, record, connection)
    : recordOverridden(services, record, connection);
}

/** Only an approval is audited: a rejection that was not ours lets nobody in. */
function settleUnasked(
  attempt: Attempt,
  record: ConnectionRecord,
  connection: Connection,
): Promise<ConnectionRecord> {
  if (connection.state === "Approved") return auditBypass(attempt, record, connection);
  return attempt.services.ledger.save(adopted(record, settledOutside(connection.state)));
}
