import { hasElapsed, hourMs, isDue } from "../../clock.ts";
import type { Connection } from "../azure-connections.ts";
import { isRevocationCheckDue } from "../revocation.ts";
import { isAnother, isNotOurs } from "./same-connection.ts";
import type { ConnectionRecord } from "../record/connection-record.ts";
import type { ReviewRequest } from "./ports.ts";
import { replacesWaiting } from "./person.ts";
import { isWaiting } from "./waiting.ts";

/**
 * Whether a listed connection needs a review, according to its record. With `eager`, as after an event, every Pending
 * connection does; in a sweep, one that is held or postponed only when its time has come or the policy has changed.
 */
export function needsReview(
  listed: Pick<Connection, "state" | "endpointId" | "description">,
  record: ConnectionRecord | undefined,
  {
    now,
    decider,
    eager,
    revokes,
  }: {
    readonly now: Date;
    readonly decider: string | undefined;
    readonly eager: boolean;
    /** Whether the policy may revoke, so that approvals are judged from time to time. */
    readonly revokes: boolean;
  },
): boolean {
  if (record === undefined || isAnother(record, listed) || isNotOurs(record, listed)) return true;
  // Only its endpoint shows that a name is used again, so a record without one is reviewed hourly until an answer has
  // it.
  if (isEndpointNew(record, listed) && hasElapsed(hourMs, record.reviewedAt, now)) return true;
  // A policy that does not revoke takes its predecessor's notice back.
  const isJudged = revokes || record.revocation !== undefined;
  if (listed.state === "Approved" && isJudged && isRevocationCheckDue(record, decider, now)) return true;
  if (listed.state !== "Pending") return record.state !== listed.state || isUnfinished(record);
  // Another request does not make Azure faster.
  if (eager) return record.queuedAt === undefined && !isWaiting(record, now);
  if (record.state !== "Pending") return true;
  return (
    isDue(record.nextAt, now) ||
    (record.phase === "Held" && decider !== undefined && record.policyHash !== decider)
  );
}

/** Whether the endpoint of a connection is known now, and was not at its last review. */
export function isEndpointNew(
  { endpointId }: ConnectionRecord,
  listed: Pick<Connection, "endpointId"> | undefined,
): boolean {
  return endpointId === undefined && listed?.endpointId !== undefined;
}

/**
 * Whether a person wants an attempt now, whatever is waited for. A decision of a person's waits like the policy's, but
 * one that changes what waits is recorded, and sent if that is possible, at once.
 */
export function asksForAttempt(
  request: Pick<ReviewRequest, "cause" | "person">,
  record: ConnectionRecord,
): boolean {
  return request.cause === "http" && (request.person === undefined || replacesWaiting(request, record));
}

export function isUnfinished({ phase }: Pick<ConnectionRecord, "phase">): boolean {
  return phase === "Seen" || phase === "Decided" || phase === "Applying";
}
