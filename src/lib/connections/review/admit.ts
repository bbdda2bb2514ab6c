import type { Connection } from "../azure-connections.ts";
import type { Read } from "../../estate/read.ts";
import { readGoverned } from "../../estate/scope.ts";
import type { ConnectionRecord } from "../record/connection-record.ts";
import { isUnfinished } from "./is-review-due.ts";
import { earlierResult, unchangedResult } from "./result.ts";
import type { ReviewRequest, ReviewResult, ReviewServices } from "./ports.ts";
import { isWaiting } from "./waiting.ts";

export interface Refused {
  readonly kind: "refused";
  readonly result: ReviewResult;
}

/** A connection that is to be reviewed: by its record, or, where it has none, as Azure just showed it. */
export interface Admitted {
  readonly kind: "admitted";
  readonly record?: ConnectionRecord;
  readonly read?: Read<Connection>;
}

/**
 * Whether a request needs a review at all: the mode, the scope, an earlier answer, and whether there is such a
 * connection.
 */
export async function admit(services: ReviewServices, request: ReviewRequest): Promise<Admitted | Refused> {
  const { azure, clock, eventLimiter, ledger, unknownNameLimiter } = services;
  const { id, cause } = request;
  const ungoverned = await ungovernedResult(services, request);
  if (ungoverned !== undefined) return refused(ungoverned);
  const record = await ledger.find(id);
  if (record !== undefined) {
    if (isAnswered(record, request, clock.now())) return refused(earlierResult(record));
    if (cause === "event" && !eventLimiter.admits(id)) {
      await ledger.openReview(id);
      return refused(unchangedResult(id, "it had many events within a minute; the next sweep reviews it"));
    }
    return { kind: "admitted", record };
  }
  // Read before Azure is asked, so that a review that another attempt opens meanwhile stays open.
  const open = await ledger.findOpenReview(id);
  if (cause === "event" && open === undefined && unknownNameLimiter.isFull())
    return refused(
      unchangedResult(id, "many events named what does not exist; the next sweep finds what does"),
    );
  const read = await azure.connection(id);
  if (read.kind === "known" || read.reason !== "not-found") return { kind: "admitted", read };
  if (cause === "event") unknownNameLimiter.missed();
  // A name that Azure does not know leaves no trace: forged events must not fill the table.
  if (open !== undefined) await ledger.endAttempt(open, undefined);
  return refused(unchangedResult(id, "there is no such connection"));
}

function refused(result: ReviewResult): Refused {
  return { kind: "refused", result };
}

/**
 * The result for what is not governed, or may not be; undefined where it is. A person need not ask again while that
 * lasts.
 */
async function ungovernedResult(
  { mode, ...services }: ReviewServices,
  { id, person }: ReviewRequest,
): Promise<ReviewResult | undefined> {
  const governed = mode === "off" ? "no" : await readGoverned(services, id.service);
  if (governed === "yes") return undefined;
  if (governed === "unknown") return unchangedResult(id, unreadScope(person));
  const reason = mode === "off" ? "mode off: nothing is reviewed" : "it is outside the governed scope";
  return { ...unchangedResult(id, reason), ...(person === undefined ? {} : { refusal: reason }) };
}

/** A sweep asks again, but knows nothing of what a person asked for. */
function unreadScope(person: ReviewRequest["person"]): string {
  const unread = "whether it is governed could not be read";
  return person === undefined ? `${unread}; the next sweep asks again` : unread;
}

/**
 * Coalescing: ten events about one connection need one review, and a connection that waits for its time needs none
 * until then. A person who asks always gets a new review.
 */
function isAnswered(record: ConnectionRecord, { cause, requestedAt }: ReviewRequest, now: Date): boolean {
  return (
    cause !== "http" &&
    record.reviewedAt !== undefined &&
    (!isUnfinished(record) || isWaiting(record, now)) &&
    Date.parse(record.reviewedAt) >= requestedAt.getTime()
  );
}
