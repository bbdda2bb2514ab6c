import { isDue, plusMs } from "../../clock.ts";
import type { Connection } from "../azure.ts";
import { isAnother, isNotOurs } from "./identity.ts";
import type { ConnectionRecord } from "../record/record.ts";
import { isWaiting } from "./waiting.ts";

/**
 * Whether a listed connection needs a review, going by its record. `eager` looks at everything that is Pending,
 * as after an event; a sweep waits for what is held or put off until its time, or until the policy changes.
 */
export function needsReview(
  listed: Pick<Connection, "state" | "endpointId" | "description">,
  record: ConnectionRecord | undefined,
  {
    now,
    decider,
    eager,
  }: { readonly now: Date; readonly decider: string | undefined; readonly eager: boolean },
): boolean {
  if (record === undefined || isAnother(record, listed) || isNotOurs(record, listed)) return true;
  // By its endpoint alone a name that is used again is noticed: what an answer left out is read once more, an hour later again.
  if (isUnnamed(record, listed) && isDue(hourAfter(record), now)) return true;
  if (listed.state !== "Pending") return record.state !== listed.state || isUnfinished(record);
  // Nobody makes Azure faster by asking again.
  if (eager) return record.queuedAt === undefined && !isWaiting(record, now);
  if (record.state !== "Pending") return true;
  return (
    isDue(record.nextAt, now) ||
    (record.phase === "Held" && decider !== undefined && record.policyHash !== decider)
  );
}

/** Whether the endpoint of a connection is told, and was not when its record was made. */
export function isUnnamed(
  { endpointId }: ConnectionRecord,
  listed: Pick<Connection, "endpointId"> | undefined,
): boolean {
  return endpointId === undefined && listed?.endpointId !== undefined;
}

function hourAfter({ reviewedAt }: ConnectionRecord): string | undefined {
  return reviewedAt === undefined ? undefined : plusMs(new Date(reviewedAt), 60 * 60_000);
}

export function isUnfinished({ phase }: Pick<ConnectionRecord, "phase">): boolean {
  return phase === "Seen" || phase === "Decided" || phase === "Applying";
}
