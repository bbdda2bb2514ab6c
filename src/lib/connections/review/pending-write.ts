import type { Read } from "../../estate/read.ts";
import { isDue, plusMs } from "../../clock.ts";
import type { Connection, OperationStatus } from "../azure.ts";
import { recordFailedOperation } from "./schedule-retry.ts";
import { outcomeOf } from "../record/outcome.ts";
import type { ConnectionRecord, PendingWrite } from "../record/record.ts";
import { writeEnded } from "../record/transitions.ts";
import { ended, type Ended } from "./attempt.ts";
import type { ReviewServices } from "./review-services.ts";
import { waitForAzure } from "./waiting.ts";

const minuteMs = 60_000;
/**
 * A write is taken for lost after this time without any sign of it: recorded operations took three minutes at most, and a
 * second PUT could only disturb a first one that is under way.
 */
const lostMs = 10 * minuteMs;
/** The connection itself may show the old state for a moment after its operation ended. */
const lagMs = 2 * minuteMs;

/** A write that is followed: it goes on, it is over and the connection is to be decided anew, or Azure shows another state now. */
export type Followed =
  | Ended
  | { readonly kind: "read-again"; readonly read: Read<Connection> }
  | { readonly kind: "over"; readonly record: ConnectionRecord };

/** Follows a PUT whose connection Azure still shows as Pending: one read of its operation in each attempt, over as many as it takes. */
export async function followWrite(
  services: ReviewServices,
  record: ConnectionRecord,
  write: PendingWrite,
): Promise<Followed> {
  const { azure, clock } = services;
  const status = await statusOf(services, record, write);
  const isPast = (since: string, ms: number) => isDue(plusMs(new Date(since), ms), clock.now());
  switch (status.kind) {
    case "under-way": {
      // Whatever an earlier answer said, the operation is not over.
      const { endedAt: _, ...open } = write;
      const seen = { ...record, write: { ...open, seenAt: clock.now().toISOString() } };
      return ended(await waitForAzure(services, seen, "Azure is at work on it", status.retryAfterMs));
    }
    case "failed":
      return ended(await recordFailedOperation(services, writeEnded(record), status.code));
    case "succeeded": {
      const read = await azure.connection(record.id);
      if (read.kind === "unknown" || read.value.state !== "Pending") return { kind: "read-again", read };
      return afterTheEnd(services, record, write);
    }
    case "unknown":
      // An operation that Azure confirmed once is not lost because a read of it fails.
      if (isPast(write.seenAt ?? write.sentAt, lostMs))
        return givenUp(services, record, "nothing was seen of the write; it is taken for lost");
      return ended(
        await waitForAzure(services, record, "Azure has not confirmed it yet", status.retryAfterMs),
      );
  }
}

/** A connection that stays Pending long after its operation succeeded was requested again since. */
async function afterTheEnd(
  services: ReviewServices,
  record: ConnectionRecord,
  write: PendingWrite,
): Promise<Followed> {
  const now = services.clock.now();
  const endedAt = write.endedAt ?? now.toISOString();
  if (isDue(plusMs(new Date(endedAt), lagMs), now))
    return givenUp(
      services,
      record,
      "Azure's operation ended well, and the connection is Pending all the same",
    );
  const shown = "Azure's operation ended, and does not show on the connection yet";
  return ended(await waitForAzure(services, { ...record, write: { ...write, endedAt } }, shown));
}

/** The end of a write that is not followed any more is an outcome in the audit chain, like the end of every other. */
async function givenUp(
  { ledger }: ReviewServices,
  record: ConnectionRecord,
  reason: string,
): Promise<Followed> {
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
