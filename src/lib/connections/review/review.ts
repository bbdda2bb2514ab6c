import { isDue, plusMs } from "../../clock.ts";
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
  const result = await reviewBy(services, request, plusMs(services.clock.now(), turnWithinMs));
  // The next sweep reviews it, but knows nothing of what a person asked for.
  const then = request.person === undefined ? "the next sweep reviews it" : "nothing is recorded";
  return result ?? unchangedResult(request.id, `other reviews of its service take long; ${then}`);
}

/** A review may take a minute where Azure is slow, and a function five on the smallest plan. */
const turnWithinMs = 2 * 60_000;

/**
 * Runs the review if its turn comes before `beginBy`; otherwise leaves it to the next sweep and returns undefined. A
 * review of a connection with a record stays open for it; one without is found in the inventory.
 */
export function reviewBy(
  services: ReviewServices,
  request: ReviewRequest,
  beginBy: string,
): Promise<ReviewResult | undefined> {
  const { clock, ledger, turns } = services;
  const { id } = request;
  return turns.runExclusive(id.service.text, async () => {
    if (!isDue(beginBy, clock.now())) return reviewInTurn(services, request);
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
    services.log.info("review gave way to another attempt", { connection: request.id.text });
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

/** Maximum changes between decision and apply before the attempt gives up. */
const changesMax = 3;
/**
 * Maximum reservation conflicts before the review is rescheduled; each one means that another approval went through.
 */
const conflictsMax = 10;

/** reconcile → evaluate → record → read again → apply; from the beginning if the connection changed in between. */
async function runSteps(attempt: Attempt, first: Observed): Promise<Ended> {
  const { services, permit } = attempt;
  let observed = first;
  for (let changes = 0, conflicts = 0; changes < changesMax && conflicts < conflictsMax;) {
    const isFirst = changes + conflicts === 0;
    const pending = await reconcile(attempt, observed, isFirst);
    if (pending.kind === "ended") return pending;
    observed = pending.observed;
    if (pending.kind === "read-again") continue;

    const evaluate = pending.connection.state === "Pending" ? evaluatePending : evaluateApproved;
    const evaluated = await evaluate(attempt, observed.record, pending.connection);
    if (evaluated.kind === "ended") return evaluated;

    const decided = await recordDecision(attempt, evaluated);
    if (decided.kind === "ended") return decided;
    observed = { ...observed, record: decided.record };
    if (decided.kind === "conflict") {
      conflicts++;
      continue;
    }

    changes++;
    const { read, isUnchanged } = await recheckBeforeWrite(services, decided.evaluation);
    observed = { ...observed, read };
    if (read.kind === "unknown" || !isUnchanged) continue;
    if (isRevoked(decided) && !(await mayStillRevoke(services, decided.record, decided.evaluation))) continue;
    if (observed.before !== undefined) await services.digests.invalidate(decided.record.id.service);
    if (permit.isExpired()) break;
    return apply(attempt, decided, read.value);
  }
  const difficulty = "it kept changing, or took too long, while it was reviewed";
  return ended(await scheduleRetry(services, observed.record, difficulty));
}

function isRevoked({ evaluation }: Decided): boolean {
  return evaluation.revokes === true;
}

/** Whether its last attempt ended in a difficulty and its next one is not due yet, however many events arrive. */
function isPutOff(record: ConnectionRecord, request: ReviewRequest, now: Date): boolean {
  const { attempts, nextAt, phase } = record;
  const triesAgain = isUnfinished({ phase }) || phase === "Applied";
  return !asksForAttempt(request, record) && attempts > 0 && triesAgain && !isDue(nextAt, now);
}
