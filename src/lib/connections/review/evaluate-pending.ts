import type { Connection } from "../azure-connections.ts";
import type { OpenBreaker } from "../breakers/open-breaker.ts";
import { isTransientHold, transientAttemptsMax } from "../decide.ts";
import type { WriteLock } from "../ledger.ts";
import type { ConnectionRecord } from "../record/connection-record.ts";
import { heldUntil, released } from "../record/changes.ts";
import { held } from "../record/transitions.ts";
import { ended, type Attempt, type Ended } from "./attempt.ts";
import { evaluateUnderHead } from "./evaluate-or-retry.ts";
import { withHoldReason, type Evaluation } from "./evaluate.ts";
import { personalRequest, personRefusal, type PersonalRequest } from "./person.ts";
import type { ReviewServices } from "./ports.ts";
import { saveAndReleaseWriteLock, scheduleRetry } from "./schedule-retry.ts";

/** A Pending connection with its verdict, which is not recorded yet. */
export interface Evaluated {
  readonly kind: "evaluated";
  readonly record: ConnectionRecord;
  readonly evaluation: Evaluation;
  /** The service's write lock as it was before the facts were read. */
  readonly writeLock: WriteLock | undefined;
}

/**
 * Evaluates a Pending connection: reads the facts and decides. Ends the attempt where a later read may find more.
 */
export async function evaluatePending(
  { services, request }: Attempt,
  record: ConnectionRecord,
  connection: Connection,
): Promise<Evaluated | Ended> {
  const personal = personalRequest(request, record);
  // Azure does not take an approval back by itself: an old answer is likelier, and a second read tells.
  if (record.phase === "Applied" && record.action === "approve" && record.attempts === 0) {
    const difficulty = "it was Approved and is shown as Pending; it is read again";
    return ended(await scheduleRetry(services, record, difficulty));
  }
  // A flood holds what the policy would decide. A person decides what is held.
  const breaker = personal === undefined ? await services.breakers.openForRequests() : undefined;
  if (breaker !== undefined) return ended(await holdForFlood(services, record, breaker));
  const { evaluation, writeLock } = await evaluateUnderHead(services, connection);
  const { verdict } = evaluation;
  const at = { mode: services.mode, now: evaluation.snapshot.now };
  const refusal = personal && personRefusal(personal.decision, evaluation, at);
  const mayReadMore = isTransientHold(verdict);
  if (personal?.isRecorded === false) {
    const said =
      mayReadMore && personal.decision.verdict === "approve"
        ? `a fact could not be read for the moment (${verdict.reasons.join("; ")}); ask again`
        : refusal;
    if (said !== undefined)
      return { ...ended(await services.ledger.save(released(record)), verdict), refusal: said };
  } else if (mayReadMore && waitsForFacts(record, personal, refusal))
    return ended(await scheduleRetry(services, record, verdict.reasons.join("; ")), verdict);
  return { kind: "evaluated", record, evaluation: withPerson(evaluation, personal, refusal), writeLock };
}

/**
 * Whether a fact that could not be read for the moment is waited for. The policy's rejection stands above a person's
 * approval (I18), and may rest on that fact: the approval is not sent before it is read, however long that takes. A
 * person's rejection stands whatever the policy says.
 */
function waitsForFacts(
  { attempts }: ConnectionRecord,
  personal: PersonalRequest | undefined,
  refusal: string | undefined,
): boolean {
  if (personal === undefined || refusal !== undefined) return attempts < transientAttemptsMax;
  return personal.decision.verdict === "approve";
}

/** What is followed: the person, or the policy, whose hold then says why a person's recorded decision is not. */
function withPerson(
  evaluation: Evaluation,
  personal: PersonalRequest | undefined,
  refusal: string | undefined,
): Evaluation {
  if (personal === undefined) return evaluation;
  const { decision: person } = personal;
  if (refusal === undefined) return { ...evaluation, person };
  const decided = person.verdict === "approve" ? "approval" : "rejection";
  return withHoldReason(evaluation, `the ${decided} by ${person.by} is not applied: ${refusal}`);
}

/** A hold that waits for a person keeps its reason; everything else is held until the flood is over. */
function holdForFlood(
  services: ReviewServices,
  record: ConnectionRecord,
  breaker: OpenBreaker,
): Promise<ConnectionRecord> {
  const waitsForPerson =
    record.phase === "Held" && record.decisionId !== undefined && record.restrained === undefined;
  return saveAndReleaseWriteLock(
    services,
    waitsForPerson
      ? heldUntil(record, breaker.until)
      : held(record, services.clock.now(), breaker.reason, breaker),
  );
}
