import { thenRead } from "../../estate/read.ts";
import { isDue, plusMs, type Clock } from "../../clock.ts";
import type { Verdict } from "../../policy/evaluate/verdict.ts";
import type { Connection } from "../azure.ts";
import type { FoundBy, Throttle } from "../breakers/breakers.ts";
import { renewed } from "./claim.ts";
import { evaluateConnection, type Evaluation } from "./evaluate.ts";
import { actionOf, isPassingHold, passingAttemptsMax } from "../decide.ts";
import { givingWay, scheduleRetry } from "./schedule-retry.ts";
import { ReservationConflict, type InLine, type WriteLock } from "../ledger.ts";
import type { ConnectionRecord } from "../record/record.ts";
import { held, recordDecision } from "./record-decision.ts";
import { released } from "../record/released.ts";
import type { ReviewRequest, ReviewServices } from "./review-services.ts";
import { waitForAzure, waitInLine } from "./waiting.ts";

/** What came of looking at a Pending connection: nothing more to do, a decision to act on, or another look at once. */
export type Decided =
  | { readonly kind: "ended"; readonly record: ConnectionRecord; readonly verdict?: Verdict }
  | { readonly kind: "act"; readonly record: ConnectionRecord; readonly evaluation: Evaluation }
  | { readonly kind: "again"; readonly record: ConnectionRecord };

/** One of the hour's approvals, taken once by an attempt, however often it looks. */
export interface ApprovalPermit {
  readonly take: () => Promise<Throttle | undefined>;
}

/** Steps 2 to 4 of a review: reads the facts, decides, and records it. */
export async function decidePending(
  services: ReviewServices,
  request: ReviewRequest,
  record: ConnectionRecord,
  connection: Connection,
  permit: ApprovalPermit,
): Promise<Decided> {
  const { breakers, clock, ledger, mode } = services;
  // Azure takes no approval back by itself: an old answer is likelier, and a second look tells.
  if (record.phase === "Applied" && record.action === "approve" && record.attempts === 0)
    return ended(
      await scheduleRetry(services, record, "it was Approved and is shown as Pending; it is looked at again"),
    );
  const flood = await breakers.flood();
  if (flood !== undefined) return ended(await givingWay(services, heldByFlood(record, clock, flood)));
  // Read before the facts: what is reserved later is noticed when the decision is recorded.
  const { reservations, writeLock } = await ledger.head(record.id.service);
  const found = await evaluateConnection(services, connection, reservations);
  if (isPassingHold(found.verdict) && record.attempts < passingAttemptsMax)
    return ended(await scheduleRetry(services, record, found.verdict.reasons.join("; ")), found.verdict);
  const action = actionOf(found.verdict, mode);
  const turn = action === "none" ? undefined : await takeTurn(services, record, writeLock);
  const mayWrite = turn !== undefined && !isUpdating(found);
  // An approval is one of the hour's when it is sent, and not while it waits.
  const restraint = action === "approve" && mayWrite ? await permit.take() : undefined;
  const evaluation = restraint === undefined ? found : withheld(found, restraint);
  try {
    const decided = await recordDecision(services, request, turn ?? record, evaluation, restraint);
    if (decided.action !== "none" && mayWrite) return { kind: "act", record: decided, evaluation };
    return ended(await leftForLater(services, decided, turn), evaluation.verdict);
  } catch (error) {
    // Another approval of the service took a place since the facts were read: they are counted anew.
    if (error instanceof ReservationConflict) return { kind: "again", record: turn ?? record };
    throw error;
  }
}

/**
 * Azure may refuse, or queue, a write to a service that it is changing (recorded: it is Updating during each approval). What does
 * not say that it is not may be: a second write could meet a first that nothing is known of.
 */
const changing = ["Activating", "Updating", "Terminating"];

function isUpdating({ snapshot }: Evaluation): boolean {
  const state = thenRead(snapshot.service, (service) => service.provisioningState);
  return state.kind === "unknown" || changing.includes(state.value);
}

/** The record of what is not written now: for good, for the others of its service, or for Azure. */
function leftForLater(
  services: ReviewServices,
  decided: ConnectionRecord,
  turn: ConnectionRecord | undefined,
): Promise<ConnectionRecord> | ConnectionRecord {
  if (decided.action === "none") return decided;
  if (turn === undefined) return waitInLine(services, decided);
  return waitForAzure(services, decided, "Azure is updating the service");
}

/** How long a turn is kept where this attempt ends without a word: longer than it may take to begin a write. */
const turnMs = 3 * 60_000;

/** The record with its service's place for a write; undefined while another connection has it, or has waited longer for it. */
async function takeTurn(
  { clock, ledger }: ReviewServices,
  record: ConnectionRecord,
  lock: WriteLock | undefined,
): Promise<ConnectionRecord | undefined> {
  const now = clock.now();
  const hasIt = lock?.connection === record.id.text && !isDue(lock.until, now);
  const first = hasIt ? undefined : await ledger.nextInLine(record.id.service);
  if (first !== undefined && isBehind(record, first, now)) return undefined;
  return ledger.saveWithWriteLock(renewed(record, clock), plusMs(now, turnMs));
}

/** Three sweeps: whoever waits in line is looked at by the first of them. */
const forgottenMs = 15 * 60_000;

/** Whether somebody else has waited longer, and is looked after: nobody waits for what was forgotten. */
function isBehind({ id, queuedAt }: ConnectionRecord, first: InLine, now: Date): boolean {
  if (first.id.text === id.text || isDue(plusMs(new Date(first.until), forgottenMs), now)) return false;
  return queuedAt === undefined || first.queuedAt < queuedAt;
}

/** What a person was told to decide keeps its reason; all else waits for the flood to be over. */
function heldByFlood(record: ConnectionRecord, clock: Clock, flood: Throttle): ConnectionRecord {
  const isTold =
    record.phase === "Held" && record.decisionId !== undefined && record.restrained === undefined;
  return isTold ? { ...released(record), nextAt: flood.until } : held(record, clock, flood.reason, flood);
}

function ended(record: ConnectionRecord, verdict?: Verdict): Decided {
  return verdict === undefined ? { kind: "ended", record } : { kind: "ended", record, verdict };
}

/** An approval that may not be made now is a hold, for a reason that is not the connection's. */
function withheld(evaluation: Evaluation, { reason }: Throttle): Evaluation {
  return { ...evaluation, verdict: { ...evaluation.verdict, kind: "hold", reasons: [reason] } };
}

/** A service's first review finds what came before anybody listened: that says nothing of how events come. */
export function foundBy({ cause, firstSight }: ReviewRequest): FoundBy {
  if (cause === "event") return "event";
  return cause === "sweep" && firstSight !== true ? "sweep" : "otherwise";
}
