import type { Read } from "../../estate/read.ts";
import { isDue, plusMs } from "../../clock.ts";
import type { Connection, OperationStatus } from "../azure.ts";
import { operationFailed, outcomeOf } from "./schedule-retry.ts";
import type { ConnectionRecord, PendingWrite } from "../record/record.ts";
import type { ReviewServices } from "./review-services.ts";
import { waitForAzure } from "./waiting.ts";

const minuteMs = 60_000;
/**
 * A write that nothing is known of is taken for lost after this: Azure took three minutes at most where it was recorded, and a
 * second PUT could only disturb a first that is under way.
 */
const lostMs = 10 * minuteMs;
/** The connection itself may show the old state for a moment after its operation ended. */
const lagMs = 2 * minuteMs;

/** What following a write came to: it waits, or its end is known, so that the connection is looked at or decided anew. */
export type Followed =
  | { readonly kind: "ended"; readonly record: ConnectionRecord }
  | { readonly kind: "look"; readonly read: Read<Connection> }
  | { readonly kind: "decide"; readonly record: ConnectionRecord };

/** Follows a PUT whose connection Azure still shows as Pending, one look at a time, over as many attempts as it takes. */
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
      // Whatever was said of its end before, it is at work.
      const { endedAt: _, ...open } = write;
      const seen = { ...record, write: { ...open, seenAt: clock.now().toISOString() } };
      return ended(await waitForAzure(services, seen, "Azure is at work on it", status.retryAfterMs));
    }
    case "failed":
      return ended(await operationFailed(services, withoutWrite(record), status.code));
    case "succeeded": {
      const read = await azure.connection(record.id);
      if (read.kind === "unknown" || read.value.state !== "Pending") return { kind: "look", read };
      return afterTheEnd(services, record, write);
    }
    case "unknown":
      // One that Azure spoke of is not lost because a look at it fails.
      if (isPast(write.seenAt ?? write.sentAt, lostMs))
        return givenUp(services, record, "nothing was seen of the write; it is taken for lost");
      return ended(
        await waitForAzure(services, record, "Azure has not confirmed it yet", status.retryAfterMs),
      );
  }
}

/** A connection that stays Pending long after its operation ended well was asked for again since. */
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

/** What became of a write that is followed no more stands in the chain, like the end of every other. */
async function givenUp(
  { ledger }: ReviewServices,
  record: ConnectionRecord,
  reason: string,
): Promise<Followed> {
  const over = withoutWrite(record);
  const saved = await ledger.append(record, outcomeOf(over, reason), () => ({ record: over, alerts: [] }));
  return { kind: "decide", record: saved };
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

/** The record after its write has ended, or was given up as lost. */
export function withoutWrite({ write: _, ...record }: ConnectionRecord): ConnectionRecord {
  const wasWritten = record.phase === "Applying" || record.phase === "Failed";
  return wasWritten ? { ...record, phase: "Decided" } : record;
}

function ended(record: ConnectionRecord): Followed {
  return { kind: "ended", record };
}
