import { processedByAzure } from "../../alerts/reasons-of-connections.ts";
import type { Read } from "../../estate/read.ts";
import { hasElapsed, minuteMs } from "../../clock.ts";
import type { Connection, OperationStatus } from "../azure-connections.ts";
import { recordFailedOperation } from "./schedule-retry.ts";
import { outcomeOf } from "../record/outcome.ts";
import type { ConnectionRecord, PendingWrite } from "../record/connection-record.ts";
import { writeSeen, writeSucceeded } from "../record/changes.ts";
import { writeEnded } from "../record/transitions.ts";
import { ended, type Ended } from "./attempt.ts";
import type { ReviewServices } from "./ports.ts";
import { waitForAzure } from "./waiting.ts";

/**
 * A write counts as lost after this time without any sign of it: recorded operations took three minutes at most, and a
 * second PUT could only disturb a first one that is under way.
 */
const lostMs = 10 * minuteMs;
/** The connection may show the old state for a moment after its operation ended. */
const lagMs = 2 * minuteMs;

/** A followed write: it continues, Azure shows another state now, or it is over and the connection is decided again. */
export type FollowedWrite =
  | Ended
  | { readonly kind: "read-again"; readonly read: Read<Connection> }
  | { readonly kind: "over"; readonly record: ConnectionRecord };

/**
 * Follows a PUT whose connection Azure does not show in a final state, but in `shown`: reads its operation once in each
 * attempt.
 */
export async function followWrite(
  services: ReviewServices,
  record: ConnectionRecord,
  write: PendingWrite,
  shown: string,
): Promise<FollowedWrite> {
  const { azure, clock } = services;
  const status = await statusOf(services, record, write);
  switch (status.kind) {
    case "under-way": {
      const seen = writeSeen(record, write, clock.now());
      return ended(await waitForAzure(services, seen, processedByAzure, status.retryAfterMs));
    }
    case "failed":
      return ended(await recordFailedOperation(services, writeEnded(record), status.code));
    case "succeeded": {
      const read = await azure.connection(record.id);
      if (read.kind === "unknown" || read.value.state !== shown) return { kind: "read-again", read };
      return handleSucceeded(services, record, write, shown);
    }
    case "unknown":
      // An operation that Azure confirmed once is not lost because a read of it fails.
      if (hasElapsed(lostMs, write.seenAt ?? write.sentAt, clock.now()))
        return abandonWrite(services, record, "Azure showed no sign of the write, so it counts as lost");
      return ended(
        await waitForAzure(services, record, "Azure has not confirmed it yet", status.retryAfterMs),
      );
  }
}

/** A connection that stays Pending long after its operation succeeded has been requested again since. */
async function handleSucceeded(
  services: ReviewServices,
  record: ConnectionRecord,
  write: PendingWrite,
  shown: string,
): Promise<FollowedWrite> {
  const now = services.clock.now();
  const endedAt = write.endedAt ?? now.toISOString();
  if (hasElapsed(lagMs, endedAt, now))
    return abandonWrite(
      services,
      record,
      `Azure's operation succeeded, but the connection is still ${shown}`,
    );
  const difficulty = "Azure's operation succeeded, but the connection does not show it yet";
  return ended(await waitForAzure(services, writeSucceeded(record, write, endedAt), difficulty));
}

/** Stops following a write. Its end is an outcome in the audit chain, like the end of every other write. */
async function abandonWrite(
  { ledger }: ReviewServices,
  record: ConnectionRecord,
  reason: string,
): Promise<FollowedWrite> {
  const over = writeEnded(record);
  const saved = await ledger.append(record, outcomeOf(over, reason), () => ({ record: over, alerts: [] }));
  return { kind: "over", record: saved };
}

function statusOf(
  { azure }: Pick<ReviewServices, "azure">,
  { id }: ConnectionRecord,
  { operation }: PendingWrite,
): Promise<OperationStatus> {
  return operation === undefined
    ? Promise.resolve({ kind: "unknown", reason: "not-attempted" })
    : azure.operation(id, operation);
}
