import type { ConnectionId } from "../../azure/resource-id.ts";
import { evaluateConnection } from "./evaluate.ts";
import { notPending } from "./result.ts";
import type { ReviewResult, ReviewServices } from "./ports.ts";

/** The policy's current verdict on a connection in any state. Nothing is recorded or applied. */
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
  const { reservations } = await services.ledger.head(id.service);
  const { verdict } = await evaluateConnection(services, read.value, reservations);
  return {
    connection: id.text,
    state,
    verdict: verdict.kind,
    ...(verdict.rule === undefined ? {} : { rule: verdict.rule }),
    reasons: verdict.reasons,
    unknown: verdict.unknown,
    applied: false,
    reason: state === "Pending" ? "dry run" : notPending,
  };
}
