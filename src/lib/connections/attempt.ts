import type { Read } from "../estate/read.ts";
import { isDue, plusMs, type Clock } from "../clock.ts";
import type { Verdict } from "../policy/verdict.ts";
import { apply } from "./apply.ts";
import type { Connection } from "./azure.ts";
import type { Breakers } from "./breakers.ts";
import { unchanged } from "./consider.ts";
import { decidePending, foundBy, type Admission } from "./decide-pending.ts";
import { later } from "./later.ts";
import { missing } from "./missing.ts";
import { notPending } from "./not-pending.ts";
import type { ConnectionRecord } from "./record.ts";
import type { ReviewRequest, ReviewServices } from "./review.ts";

/** How often the world may move between decision and action before this attempt gives up for now. */
const movesMax = 3;
/** How often other approvals of the service may be quicker; each of them came to something. */
const overtakenMax = 10;

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
  const { azure, breakers, clock, digests } = services;
  const admission = once(breakers, clock);
  const before = claimed.state;
  const { service } = claimed.id;
  let record = claimed;
  let read = first ?? (await azure.connection(record.id));
  for (let moves = 0, overtaken = 0; moves < movesMax && overtaken < overtakenMax;) {
    // What was explained without it, or in another state, must not pass for explained now.
    if (isNews(read, before)) await digests.doubt(service);
    if (read.kind === "unknown") return { record: await unreadable(services, record, read.reason) };
    const connection = read.value;
    record = withoutMissing(record, connection);
    if (connection.state !== "Pending")
      return { record: await notPending(services, request, record, connection, before) };
    if (moves + overtaken === 0 && before !== "Pending") await breakers.requested(foundBy(request));
    const decided = await decidePending(services, request, record, connection, admission);
    if (decided.kind === "ended") return decided;
    if (decided.kind === "again") {
      overtaken++;
      continue;
    }
    moves++;
    const { considered } = decided;
    ({ record } = decided);
    read = await azure.connection(record.id);
    if (read.kind === "known" && (await unchanged(services, considered, read.value))) {
      if (before !== undefined) await digests.doubt(service);
      if (admission.isLate()) break;
      const { verdict, snapshot } = considered;
      return { record: await apply(services, record, snapshot, verdict.reasons.join("; ")), verdict };
    }
  }
  return {
    record: await later(services, record, "it kept changing, or took too long, while it was reviewed"),
  };
}

/** Whether a read shows another state than the record had before; a record without one is new. */
function isNews(read: Read<Connection>, before: string | undefined): boolean {
  if (read.kind === "known") return read.value.state !== before;
  return read.reason === "not-found" && before !== undefined;
}

/** An approval is counted when it is admitted, so that it must not be sent much later; see `hour-window`. */
const admittedMs = 60_000;

function once(breakers: Breakers, clock: Clock): Admission & { readonly isLate: () => boolean } {
  let admittedAt: Date | undefined;
  return {
    take: async () => {
      if (admittedAt !== undefined) return undefined;
      const at = clock.now();
      const restraint = await breakers.admitApproval();
      if (restraint === undefined) admittedAt = at;
      return restraint;
    },
    isLate: () => admittedAt !== undefined && isDue(plusMs(admittedAt, admittedMs), clock.now()),
  };
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
