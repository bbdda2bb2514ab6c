import type { ConnectionId } from "../../azure/resource-id.ts";
import { isDue, plusMs } from "../../clock.ts";
import type { Verdict } from "../../policy/evaluate/verdict.ts";
import { adopt } from "./adopt.ts";
import { attempt } from "./attempt.ts";
import { claim } from "./claim.ts";
import { RecordChanged, type OpenMark } from "../ledger.ts";
import type { ConnectionRecord, Phase } from "../record/record.ts";
import { judgeScope } from "../../estate/scope.ts";
import { followUp } from "./follow-up.ts";
import { isWaiting } from "./waiting.ts";
import type { ReviewRequest, ReviewResult, ReviewServices } from "./review-services.ts";

/**
 * The one function that decides and applies: events, queue, sweeps and HTTP all come here, and nothing else
 * writes to Azure. Reads what is true now, decides, records, re-reads, applies, verifies.
 * An expected difficulty leaves a time to try again in the record and returns; only a bug throws.
 */
export async function review(services: ReviewServices, request: ReviewRequest): Promise<ReviewResult> {
  const result = await reviewBy(services, request, plusMs(services.clock.now(), turnWithinMs));
  return (
    result ?? unchangedResult(request.id, "reviews of its service take long; the next sweep looks at it")
  );
}

/** A review may take a minute where Azure is slow, and a function five on the smallest plan. */
const turnWithinMs = 2 * 60_000;

/**
 * Runs the review if its turn comes before `beginBy`; otherwise leaves it to the next sweep and returns undefined. A
 * connection with a record is marked for the sweep; one without is found in the inventory.
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
    if ((await ledger.find(id)) !== undefined) await ledger.open(id);
    return undefined;
  });
}

async function reviewInTurn(services: ReviewServices, request: ReviewRequest): Promise<ReviewResult> {
  const { ledger, log } = services;
  const { id } = request;
  const refusal = await refusalReason(services, id);
  if (refusal !== undefined) return unchangedResult(id, refusal);
  const record = await ledger.find(id);
  if (record !== undefined && answered(record, request, services.clock.now()))
    return resultOf(record, "reviewed since it was asked for");
  // Found before Azure is asked: what another attempt sets meanwhile stays.
  const left = record === undefined ? await ledger.mark(id) : undefined;
  const first = record === undefined ? await services.azure.connection(id) : undefined;
  // A name that Azure does not know leaves no trace: whoever forges events must not fill the table.
  if (first?.kind === "unknown" && first.reason === "not-found") {
    if (left !== undefined) await ledger.settle(left, undefined);
    return unchangedResult(id, "there is no such connection");
  }
  const mark = await ledger.open(id);
  try {
    const sight =
      record === undefined ? await ensureServiceAdopted(services, id) : { known: true, first: false, record };
    // The mark stays, so that a sweep asks again: nothing may be said of it before its service was read.
    if (!sight.known && first?.kind === "known" && first.value.state !== "Pending")
      return unchangedResult(id, "its service, which was never read before, could not be read");
    const claimed = await claim(services, request, sight.record);
    if (claimed === undefined) return unchangedResult(id, "another review of it is at work");
    const asked = { ...request, firstSight: sight.first || request.firstSight === true };
    const { record: after, verdict } = await attempt(services, asked, claimed, first);
    await settle(services, after, mark);
    await followUp(services, claimed, after);
    const applied =
      after.phase === "Applied" && (claimed.phase !== "Applied" || after.decisionId !== claimed.decisionId);
    return { ...resultOf(after, applied ? undefined : reasonOf(after), verdict), applied };
  } catch (error) {
    if (!(error instanceof RecordChanged)) throw error;
    // The mark stays, so that a sweep looks again whatever the other attempt came to.
    log.info("review gave way to another attempt", { connection: id.text });
    return unchangedResult(id, "another review of it is at work");
  }
}

/**
 * A connection that we have no record of may be the first that we see of its service, whose past is not ours to judge.
 * Where the service cannot be read, that waits for the next time; what is Pending is reviewed all the same.
 */
async function ensureServiceAdopted(services: ReviewServices, id: ConnectionId) {
  const { azure, ledger } = services;
  const { adoptedAt } = await ledger.head(id.service);
  if (adoptedAt !== undefined) return { known: true, first: false, record: undefined };
  const service = await azure.service(id.service);
  const known = service.kind === "known" && (await adopt(services, service.value));
  return { known, first: true, record: await ledger.find(id) };
}

async function refusalReason(services: ReviewServices, id: ConnectionId): Promise<string | undefined> {
  if (services.mode === "off") return "mode off: nothing is reviewed";
  const refusals = {
    yes: undefined,
    no: "it is outside the governed scope",
    unknown: "whether it is governed could not be read; the next sweep asks again",
  };
  return refusals[await judgeScope(services, id.service)];
}

const unfinished: readonly Phase[] = ["Seen", "Decided", "Applying"];

/**
 * Coalescing: ten events about one connection need one review, and one that waits for its time is finished until then. A
 * person who asks is always answered anew.
 */
function answered(record: ConnectionRecord, { cause, requestedAt }: ReviewRequest, now: Date): boolean {
  if (cause === "http" || record.reviewedAt === undefined) return false;
  if (unfinished.includes(record.phase) && !isWaiting(record, now)) return false;
  return Date.parse(record.reviewedAt) >= requestedAt.getTime();
}

async function settle(services: ReviewServices, record: ConnectionRecord, mark: OpenMark): Promise<void> {
  await services.alerts.announce(record.id.service);
  const { nextAt, phase, policyHash, queuedAt, restrained, firstSeenAt } = record;
  // What is unfinished and has no time is for the next sweep.
  if (nextAt === undefined && unfinished.includes(phase)) return;
  const decider = phase === "Held" && policyHash !== undefined ? { decider: policyHash } : {};
  const held = phase === "Held" && restrained === undefined ? { heldSince: firstSeenAt } : {};
  await services.ledger.settle(
    mark,
    nextAt === undefined
      ? undefined
      : { until: nextAt, ...decider, ...held, ...(queuedAt === undefined ? {} : { queuedAt }) },
  );
}

/** What is said of a connection that was left as it is. */
export function unchangedResult(id: ConnectionId, reason: string): ReviewResult {
  return { connection: id.text, reasons: [], unknown: [], applied: false, reason };
}

function reasonOf(record: ConnectionRecord): string {
  if (record.phase === "Gone") return "there is no such connection any more";
  return record.state === "Pending" ? (record.difficulty ?? record.reason ?? record.phase) : "not pending";
}

function resultOf(record: ConnectionRecord, reason: string | undefined, verdict?: Verdict): ReviewResult {
  const { id, state, phase, decisionId } = record;
  const kind = verdict?.kind ?? record.verdict;
  const rule = verdict === undefined ? record.rule : verdict.rule;
  return {
    connection: id.text,
    ...(state === undefined ? {} : { state }),
    phase,
    ...(kind === undefined ? {} : { verdict: kind }),
    ...(rule === undefined ? {} : { rule }),
    reasons: verdict?.reasons ?? [],
    unknown: verdict?.unknown ?? [],
    applied: false,
    ...(reason === undefined ? {} : { reason }),
    ...(decisionId === undefined ? {} : { decisionId }),
  };
}
