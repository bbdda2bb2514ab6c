import { thenRead } from "../../estate/read.ts";
import type { OpenBreaker } from "../breakers/open-breaker.ts";
import { ReservationConflict } from "../ledger.ts";
import { released, waitingForPermit } from "../record/changes.ts";
import type { ConnectionRecord, PersonsDecision } from "../record/connection-record.ts";
import { acquireWriteLock } from "./acquire-write-lock.ts";
import { appendDecision, chosenAction } from "./append-decision.ts";
import { ended, type Attempt, type Ended } from "./attempt.ts";
import type { Evaluated } from "./evaluate-pending.ts";
import type { Evaluation } from "./evaluate.ts";
import type { ReviewServices } from "./ports.ts";
import { saveAndReleaseWriteLock } from "./schedule-retry.ts";
import { waitForAzure, waitInLine } from "./waiting.ts";
import type { WritePermit } from "./write-permit.ts";

/** A recorded decision that is to be applied now. */
export interface Decided {
  readonly kind: "decided";
  readonly record: ConnectionRecord;
  readonly evaluation: Evaluation;
}

/** Another approval of the service was recorded since the facts were read: they are counted again. */
export interface Conflict {
  readonly kind: "conflict";
  readonly record: ConnectionRecord;
}

/**
 * Records the decision before anything is applied. Ends where nothing is to be applied, or not now. What is to be
 * applied has the service's write lock and, where it is an approval or a revocation, a permit for it.
 */
export async function recordDecision(
  attempt: Attempt,
  { record, evaluation: found, writeLock }: Evaluated,
): Promise<Decided | Conflict | Ended> {
  const { services, permit } = attempt;
  const action = chosenAction(found, services.mode);
  const locked = action === "none" ? undefined : await acquireWriteLock(services, record, writeLock);
  const mayWrite = locked !== undefined && !isUpdating(found);
  const askFor = () => (mayWrite ? permit.acquireApproval() : breakerThatWithholds(permit, record, found));
  const breaker = action === "approve" ? await askFor() : undefined;
  const exhausted = action === "revoke" && mayWrite ? await permit.acquireRevocation() : undefined;
  // An earlier decision of the same attempt may have acquired one, which a rejection does not use.
  if (action === "reject") await permit.release();
  if (exhausted !== undefined) {
    const waiting = waitForPermit(services, locked ?? record, "revocations", exhausted);
    return ended(await waiting, found.verdict);
  }
  const refusal = await overBefore(permit, found.person, record);
  if (refusal !== undefined) {
    const left = await saveAndReleaseWriteLock(services, released(locked ?? record));
    return { ...ended(left, found.verdict), refusal };
  }
  const isWithheld = breaker !== undefined && found.person === undefined;
  const evaluation = isWithheld ? withheld(found, breaker) : found;
  try {
    const decided = await appendDecision(
      attempt,
      locked ?? record,
      evaluation,
      isWithheld ? breaker : undefined,
    );
    // The limit on approvals holds for people too, but what a person decided stays decided.
    if (breaker !== undefined && !isWithheld)
      return ended(
        await waitForPermit(services, decided, "approvals", notAfterItsEnd(breaker, decided)),
        evaluation.verdict,
      );
    if (decided.action !== "none" && mayWrite) return { kind: "decided", record: decided, evaluation };
    return ended(await leaveForLater(services, decided, locked !== undefined), evaluation.verdict);
  } catch (error) {
    if (error instanceof ReservationConflict) return { kind: "conflict", record: locked ?? record };
    throw error;
  }
}

/**
 * The breaker that withheld an approval before, if it is still open, for one that cannot be sent now. It counts towards
 * the hourly limit when it is sent, and not while it waits. Otherwise it would be decided to approve it whenever its
 * service is busy, and to hold it when the service is free again.
 */
async function breakerThatWithholds(
  permit: WritePermit,
  record: ConnectionRecord,
  { person }: Evaluation,
): Promise<OpenBreaker | undefined> {
  return record.restrained === "approvals" && person === undefined ? permit.findBreaker() : undefined;
}

/**
 * Azure may refuse, or queue, a write to a service that it is changing (recorded: it is Updating during each approval).
 * A service without a known state may be changing too: a second write could meet a first one that we do not know of.
 */
const changing = ["Activating", "Updating", "Terminating"];

function isUpdating({ snapshot }: Evaluation): boolean {
  const state = thenRead(snapshot.service, (service) => service.provisioningState);
  return state.kind === "unknown" || changing.includes(state.value);
}

/** A decided write waits until there may be a permit for it. Others of its service need not wait for it. */
function waitForPermit(
  services: ReviewServices,
  decided: ConnectionRecord,
  permit: NonNullable<ConnectionRecord["waitsForPermit"]>,
  { reason, until }: { readonly reason: string; readonly until: string },
): Promise<ConnectionRecord> {
  const waiting = waitingForPermit(decided, services.clock.now(), { permit, reason, until });
  return saveAndReleaseWriteLock(services, waiting);
}

/** Why a person's approval until a time is not recorded: it could not be applied before that time. */
async function overBefore(
  permit: WritePermit,
  person: PersonsDecision | undefined,
  record: ConnectionRecord,
): Promise<string | undefined> {
  const { id, until } = person ?? {};
  if (until === undefined || id === record.person?.id) return undefined;
  const breaker = await permit.findBreaker();
  if (breaker === undefined || until > breaker.until) return undefined;
  const { until: opensAt, name } = breaker;
  return `the ${name} breaker is open until ${opensAt} at the earliest, and an approval until ${until} is over by then; choose a later end`;
}

/**
 * A person's approval that ends while it waits is not waited for any longer: the policy evaluates the connection then.
 */
function notAfterItsEnd(breaker: OpenBreaker, { person }: ConnectionRecord): OpenBreaker {
  const { until = breaker.until } = person ?? {};
  return until < breaker.until ? { ...breaker, until } : breaker;
}

/** The record of a connection that is not written now: for good, until its turn, or until Azure is ready. */
function leaveForLater(
  services: ReviewServices,
  decided: ConnectionRecord,
  isLocked: boolean,
): Promise<ConnectionRecord> | ConnectionRecord {
  if (decided.action === "none") return decided;
  if (!isLocked) return waitInLine(services, decided);
  return waitForAzure(services, decided, "Azure is updating the service");
}

/** An approval that may not be made now is a hold, for a reason that is not the connection's. */
function withheld(evaluation: Evaluation, { reason }: OpenBreaker): Evaluation {
  return { ...evaluation, verdict: { ...evaluation.verdict, kind: "hold", reasons: [reason] } };
}
