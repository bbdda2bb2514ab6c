import { parseEndpointId } from "../../azure/resource-id.ts";
import type { Connection } from "../azure-connections.ts";
import { decisionIn } from "../record/description.ts";
import { outcomeOf } from "../record/outcome.ts";
import type { ConnectionRecord } from "../record/connection-record.ts";
import { replaced } from "../record/transitions.ts";
import type { ReviewServices } from "./ports.ts";

type ShownConnection = Pick<Connection, "state" | "endpointId" | "description">;

/**
 * Whether Azure shows another connection under the name of the recorded one. The requester chooses the name, and may
 * use it again once its endpoint is gone (recorded: connections are named by the requester). So the endpoint identifies
 * a connection. An answer without an endpoint proves nothing.
 */
export function isAnother(
  { endpointId: known }: ConnectionRecord,
  { endpointId: current }: ShownConnection,
): boolean {
  return known !== undefined && current !== undefined && endpointOf(known) !== endpointOf(current);
}

/**
 * Whether Azure shows an approval that is not ours. Azure keeps the description of a write, so that ours names its
 * decision for as long as the connection exists. The same endpoint, created again under its old name, has no
 * description of ours.
 */
export function isNotOurs(
  { phase, action, decisionId }: ConnectionRecord,
  { state, description }: ShownConnection,
): boolean {
  if (phase !== "Applied" || action !== "approve" || state !== "Approved") return false;
  return description !== undefined && decisionIn(description) !== decisionId;
}

/**
 * Whether an answer does not say who wrote last: Azure turns null into the empty string (recorded), and may leave it
 * out.
 */
export function hasNoDescription({ description }: Pick<Connection, "description">): boolean {
  return description === undefined || description === "";
}

/** Ends the record of the connection that had the name before, and starts one for the connection that has it now. */
export function recordReplaced(
  { clock, ledger }: Pick<ReviewServices, "clock" | "ledger">,
  record: ConnectionRecord,
): Promise<ConnectionRecord> {
  const reason = `its endpoint ${record.endpointId} is gone, and another one uses its name now`;
  const outcome = outcomeOf({ ...record, phase: "Gone" }, reason);
  return ledger.append(record, outcome, () => ({ record: replaced(record, clock.now()), alerts: [] }));
}

/**
 * The canonical id of an endpoint, since ids differ in case between answers; the text itself if it cannot be parsed.
 */
export function endpointOf(text: string): string {
  return parseEndpointId(text)?.text ?? text;
}
