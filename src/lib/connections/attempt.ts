import { isDue } from "../clock.ts";
import type { Verdict } from "../policy/verdict.ts";
import { apply } from "./apply.ts";
import type { Connection, Read } from "./azure.ts";
import { consider, unchanged } from "./consider.ts";
import { isPassingHold } from "./decide.ts";
import { later } from "./later.ts";
import { missing } from "./missing.ts";
import { notPending } from "./not-pending.ts";
import type { ConnectionRecord } from "./record.ts";
import { recordDecision } from "./record-decision.ts";
import { released } from "./released.ts";
import type { ReviewRequest, ReviewServices } from "./review.ts";

/** How often the world may move between decision and action before this attempt gives up for now. */
const roundsMax = 3;
/** How often a hold that a passing difficulty caused is looked at again before a person is told. */
const passingAttemptsMax = 5;

export interface Attempted {
  readonly record: ConnectionRecord;
  readonly verdict?: Verdict;
}

/** Steps 2 to 7 of a review, on a claimed record. `first` is a read of the connection made in this attempt. */
export async function attempt(
  services: ReviewServices,
  request: ReviewRequest,
  claimed: ConnectionRecord,
  first: Read<Connection> | undefined,
): Promise<Attempted> {
  let record = claimed;
  let read = first ?? (await services.azure.connection(record.id));
  for (let round = 1; round <= roundsMax; round++) {
    if (read.kind === "unknown") return { record: await unreadable(services, record, read.reason) };
    const connection = read.value;
    record = withoutMissing(record, connection);
    if (connection.state !== "Pending") return { record: await notPending(services, record, connection) };
    // Our own request may still be under way on Azure; a second one before its time could only disturb it.
    if (record.phase === "Applying" && !isDue(record.nextAt, services.clock.now()))
      return { record: await services.ledger.save(released(record)) };
    const considered = await consider(services, connection);
    if (isPassingHold(considered.verdict) && record.attempts < passingAttemptsMax)
      return {
        record: await later(services, record, considered.verdict.reasons.join("; ")),
        verdict: considered.verdict,
      };
    record = await recordDecision(services, request, record, considered);
    if (record.action === "none") return { record, verdict: considered.verdict };
    read = await services.azure.connection(record.id);
    if (read.kind === "known" && (await unchanged(services, considered, read.value)))
      return {
        record: await apply(services, record, considered.snapshot, considered.verdict.reasons.join("; ")),
        verdict: considered.verdict,
      };
  }
  return { record: await later(services, record, "it keeps changing while it is reviewed") };
}

function unreadable(
  services: ReviewServices,
  record: ConnectionRecord,
  reason: string,
): Promise<ConnectionRecord> {
  if (reason === "not-found") return missing(services, record);
  return later(services, record, `the connection could not be read (${reason})`);
}

function withoutMissing(record: ConnectionRecord, { state, endpointId }: Connection): ConnectionRecord {
  const { missingSince: _, ...rest } = record;
  return { ...rest, state, ...(endpointId === undefined ? {} : { endpointId }) };
}
