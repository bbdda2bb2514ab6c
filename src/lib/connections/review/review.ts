import { isDue, minuteMs, plusMs } from "../../clock.ts";
import { RecordChanged } from "../ledger.ts";
import type { ConnectionRecord } from "../record/connection-record.ts";
import { released } from "../record/changes.ts";
import { admit, type Admitted } from "./admit.ts";
import { apply } from "./apply.ts";
import { writePermit } from "./write-permit.ts";
import { ended, type Attempt, type Ended } from "./attempt.ts";
import { claim } from "./claim.ts";
import { evaluateApproved, mayStillRevoke } from "./evaluate-approved.ts";
import { evaluatePending } from "./evaluate-pending.ts";
import { followUp } from "./follow-up.ts";
import { asksForAttempt, isUnfinished } from "./is-review-due.ts";
import { reconcile, type Observed } from "./reconcile.ts";
import { recheckBeforeWrite } from "./recheck-before-write.ts";
import { recordDecision, type Decided } from "./record-decision.ts";
import { resultOf, unchangedResult } from "./result.ts";
import { scheduleRetry } from "./schedule-retry.ts";
import { endAttempt } from "./end-attempt.ts";
import type { ReviewRequest, ReviewResult, ReviewServices } from "./ports.ts";

/**
 * The one function that decides and applies: events, the queue, sweeps and HTTP all call it, and nothing else
 * writes to Azure. An expected difficulty leaves a time for the next attempt in the record and returns; only a bug
 * throws.
 */
export async function review(services: ReviewServices, request: ReviewRequest): Promise<ReviewResult> {
  const result = await reviewBy(services, request, plusMs(services.clock.now(), waitForMutexMs));
  // The next sweep reviews it, but knows nothing of what a person asked for.
  const then = request.person === undefined ? "the next sweep reviews it" : "nothing is recorded";
  return result ?? unchangedResult(request.id, `other reviews of its service take long; ${then}`);
}

/** A review may take a minute where Azure is slow, and a function five on the smallest plan. */
const waitForMutexMs = 2 * minuteMs;

/**
 * Runs the review if its turn comes before `startBefore`; otherwise leaves it to the next sweep and returns undefined.
 * A review of a connection with a record stays open for it; one without is found in the inventory.
 */
export function reviewBy(
  services: ReviewServices,
  request: ReviewRequest,
  startBefore: string,
): Promise<ReviewResult | undefined> {
  const { clock, ledger, serviceMutex } = services;
  const { id } = request;
  return serviceMutex.runExclusive(id.service.text, async () => {
    if (!isDue(startBefore, clock.now())) return reviewInTurn(services, request);
    if ((await ledger.find(id)) !== undefined) await ledger.openReview(id);
    return undefined;
  });
}

async function reviewInTurn(services: ReviewServices, request: ReviewRequest): Promise<ReviewResult> {
  const admission = await admit(services, request);
  if (admission.kind === "refused") return admission.result;
  const open = await services.ledger.openReview(request.id);
  try {
    const claimed = await claim(services, request, admission);
    if (claimed.kind === "refused") return unchangedResult(request.id, claimed.reason);
    const end = await runAttempt(services, claimed.request, claimed.record, admission.read);
    await endAttempt(services, end.record, open);
    await followUp(services, claimed.record, end.record);
    return resultOf(claimed.record, end);
  } catch (error) {
    if (!(error instanceof RecordChanged)) throw error;
    // The review stays open, so that a sweep takes it up again, however the other attempt ends.
    services.log.info("review stopped: another attempt changed the record", { connection: request.id.text });
    return unchangedResult(request.id, "another review of it is at work");
  }
}

/** An attempt on a claimed record. `read` is the connection, where it was read before the claim. */
async function runAttempt(
  services: ReviewServices,
  request: ReviewRequest,
  claimed: ConnectionRecord,
  read: Admitted["read"],
): Promise<Ended> {
  const { azure, breakers, clock, ledger } = services;
  if (isPutOff(claimed, request, clock.now())) return ended(await ledger.save(released(claimed)));
  const permit = writePermit(breakers, clock);
  try {
    return await runSteps(
      { services, request, permit },
      { record: claimed, before: claimed.state, read: read ?? (await azure.connection(claimed.id)) },
    );
  } finally {
    // However the attempt ended: an approval that was not sent does not count towards the hour's.
    await permit.release();
  }
}

/**
 * Maximum rounds of an attempt that end without a result, by the reason. Each conflict of reservations means that
 * another approval of the service went through.
 */
const roundsMax = { changed: 3, conflict: 10 } as const;

/** Takes the steps, and takes them again from what Azure shows then, if they came to no result. */
async function runSteps(attempt: Attempt, first: Observed): Promise<Ended> {
  const rounds = { changed: 0, conflict: 0 };
  let observed = first;
  while (rounds.changed < roundsMax.changed && rounds.conflict < roundsMax.conflict) {
    const isFirst = rounds.changed + rounds.conflict === 0;
    const round = await runRound(attempt, observed, isFirst);
    if (round.kind === "ended") return round;
    ({ observed } = round);
    rounds[round.because]++;
  }
  return ended(
    await scheduleRetry(attempt.services, observed.record, "it kept changing while it was reviewed"),
  );
}

/** A round without a result: the connection, or what else the decision rests on, is another one than it was. */
interface NoResult {
  readonly kind: "no-result";
  readonly because: keyof typeof roundsMax;
  readonly observed: Observed;
}

/** reconcile → evaluate → record → read again → apply */
async function runRound(attempt: Attempt, seen: Observed, isFirst: boolean): Promise<Ended | NoResult> {
  const { services, permit } = attempt;
  const reconciled = await reconcile(attempt, seen, isFirst);
  if (reconciled.kind === "ended") return reconciled;
  const { observed, connection } = reconciled;

  const evaluate = connection.state === "Pending" ? evaluatePending : evaluateApproved;
  const evaluated = await evaluate(attempt, observed.record, connection);
  if (evaluated.kind === "ended") return evaluated;

  const decided = await recordDecision(attempt, evaluated);
  if (decided.kind === "ended") return decided;
  const { record } = decided;
  if (decided.kind === "conflict")
    return { kind: "no-result", because: "conflict", observed: { ...observed, record } };

  const { read, isUnchanged } = await recheckBeforeWrite(services, decided.evaluation);
  if (read.kind === "unknown" || !isUnchanged || !(await mayStillBeWritten(services, decided)))
    return { kind: "no-result", because: "changed", observed: { ...observed, record, read } };

  if (observed.before !== undefined) await services.digests.invalidate(record.id.service);
  if (permit.isExpired())
    return ended(
      await scheduleRetry(
        services,
        record,
        "the review took longer than a minute after its decision, so nothing was written",
      ),
    );
  return apply(attempt, decided, read.value);
}

/** What a revocation rests on beside the facts: that the service keeps enough connections. */
function mayStillBeWritten(services: ReviewServices, { record, evaluation }: Decided): Promise<boolean> {
  return evaluation.revokes === true ? mayStillRevoke(services, record, evaluation) : Promise.resolve(true);
}

/** Whether its last attempt ended in a difficulty and its next one is not due yet, however many events arrive. */
function isPutOff(record: ConnectionRecord, request: ReviewRequest, now: Date): boolean {
  const { attempts, nextAt, phase } = record;
  const triesAgain = isUnfinished({ phase }) || phase === "Applied";
  return !asksForAttempt(request, record) && attempts > 0 && triesAgain && !isDue(nextAt, now);
}
