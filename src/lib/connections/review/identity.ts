import { parseEndpointId } from "../../azure/resource-id.ts";
import type { Connection } from "../azure.ts";
import { decisionIn } from "../record/description.ts";
import { outcomeOf } from "./schedule-retry.ts";
import type { ConnectionRecord } from "../record/record.ts";
import type { ReviewServices } from "./review-services.ts";

type Seen = Pick<Connection, "state" | "endpointId" | "description">;

/**
 * Whether what Azure shows under a connection's name is another connection than the recorded one. The requester chooses the
 * name, and may use it again once its endpoint is gone (recorded: connections are named by the requester); so the endpoint is
 * what a connection is known by. What an answer does not say proves nothing.
 */
export function isAnother({ endpointId: known }: ConnectionRecord, { endpointId: seen }: Seen): boolean {
  return known !== undefined && seen !== undefined && endpointOf(known) !== endpointOf(seen);
}

/**
 * Whether an approval that Azure shows is not the one that we made: Azure keeps the description of a write, so that ours names
 * its decision for as long as the connection lives. The same endpoint, made again under its old name, has none of ours.
 */
export function isNotOurs({ phase, action, decisionId }: ConnectionRecord, seen: Seen): boolean {
  if (phase !== "Applied" || action !== "approve" || seen.state !== "Approved") return false;
  return seen.description !== undefined && decisionIn(seen.description) !== decisionId;
}

/** Whether an answer says nothing of who wrote last: Azure makes the empty text of null (recorded), and may leave it out. */
export function isUntold({ description }: Pick<Connection, "description">): boolean {
  return description === undefined || description === "";
}

/** Ends what is known of the connection that had the name before, and begins with the one that has it now. */
export function replaced(
  { clock, ledger }: Pick<ReviewServices, "clock" | "ledger">,
  record: ConnectionRecord,
): Promise<ConnectionRecord> {
  const reason = `its endpoint ${record.endpointId} is gone, and another one uses its name now`;
  const outcome = outcomeOf({ ...record, phase: "Gone" }, reason);
  return ledger.append(record, outcome, () => ({ record: begunAnew(record, clock.now()), alerts: [] }));
}

/** A write that is under way has its effect on whoever has the name, so that it is still followed. */
function begunAnew({ id, version, lease, reviewedAt, write }: ConnectionRecord, now: Date): ConnectionRecord {
  return {
    id,
    version,
    phase: "Seen",
    firstSeenAt: now.toISOString(),
    attempts: 0,
    ...(reviewedAt === undefined ? {} : { reviewedAt }),
    ...(lease === undefined ? {} : { lease }),
    ...(write === undefined ? {} : { write }),
  };
}

/** Canonical where it can be read, since ids differ in case between answers. */
export function endpointOf(text: string): string {
  return parseEndpointId(text)?.text ?? text;
}
