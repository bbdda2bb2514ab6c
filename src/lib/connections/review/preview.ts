import type { ConnectionId } from "../../azure/resource-id.ts";
import type { Connection } from "../azure-connections.ts";
import type { ConnectionRecord, PersonsDecision } from "../record/connection-record.ts";
import { targetOf } from "../record/description.ts";
import { evaluateConnection } from "./evaluate.ts";
import { personalRequest } from "./person.ts";
import { notPending } from "./result.ts";
import type { ReviewResult, ReviewServices } from "./ports.ts";
import { isAnother, isNotOurs } from "./same-connection.ts";

/** The policy's verdict on a connection in any state, and who decided otherwise. Nothing is recorded or applied. */
export async function preview(
  services: Pick<ReviewServices, "azure" | "clock" | "ledger" | "policy" | "mode">,
  id: ConnectionId,
): Promise<ReviewResult> {
  const read = await services.azure.connection(id);
  if (read.kind === "unknown") {
    const reason =
      read.reason === "not-found" ? "there is no such connection" : `it could not be read (${read.reason})`;
    return { connection: id.text, reasons: [], unknown: [], applied: false, reason };
  }
  const { state } = read.value;
  const [{ reservations }, record] = await Promise.all([
    services.ledger.head(id.service),
    services.ledger.find(id),
  ]);
  const { verdict } = await evaluateConnection(services, read.value, reservations);
  const person = record && personInForce(record, read.value);
  return {
    connection: id.text,
    state,
    verdict: verdict.kind,
    ...(verdict.rule === undefined ? {} : { rule: verdict.rule }),
    reasons: verdict.reasons,
    unknown: verdict.unknown,
    ...(person === undefined ? {} : { person: person.verdict, decidedBy: person.by }),
    applied: false,
    reason: state === "Pending" ? "dry run" : notPending,
  };
}

/** The person's decision that a review would carry out, or that it would find applied. */
function personInForce(record: ConnectionRecord, shown: Connection): PersonsDecision | undefined {
  // The name is another connection's now, or the approval is not the one that the person made.
  if (isAnother(record, shown) || isNotOurs(record, shown)) return undefined;
  if (record.phase === "Applied" && shown.state === targetOf(record.action)) return record.person;
  return personalRequest({}, record)?.decision;
}
