import { isDue } from "../../clock.ts";
import type { Mode } from "../../config/config.ts";
import type { ConnectionRecord, PersonsDecision } from "../record/connection-record.ts";
import { isWaitingApproval } from "../record/waiting-approval.ts";
import type { Evaluation } from "./evaluate.ts";
import type { ReviewRequest } from "./ports.ts";

/** A person's decision that an attempt is to follow. */
export interface PersonalRequest {
  readonly decision: PersonsDecision;
  /**
   * Whether an earlier attempt, or an earlier round of this one, recorded it: then it is carried out, whoever asks now.
   */
  readonly isRecorded: boolean;
}

/**
 * The person's decision for a Pending connection: the recorded one while it is not applied yet, else the one that was
 * asked for, if the connection is held or an approval that waits is changed. A decision that was applied once is never
 * followed again.
 */
export function personalRequest(
  request: Pick<ReviewRequest, "person">,
  record: Pick<ConnectionRecord, "phase" | "person" | "write">,
): PersonalRequest | undefined {
  const { person: asked } = request;
  const { phase, person: recorded } = record;
  if (asked !== undefined && (phase === "Held" || replacesWaiting(request, record)))
    return { decision: asked, isRecorded: false };
  if (recorded !== undefined && (phase === "Decided" || phase === "Applying" || phase === "Failed"))
    return { decision: recorded, isRecorded: true };
  return undefined;
}

/**
 * Whether a request changes what a person decided before. Nobody connects by an approval that waits, so any person may
 * take it back, or give it another end, as long as no write of it is under way. A rejection that waits stays: of two
 * persons who disagree, the one who rejects is followed, in whichever order they decide.
 */
export function replacesWaiting(
  { person: asked }: Pick<ReviewRequest, "person">,
  record: Pick<ConnectionRecord, "phase" | "person" | "write">,
): boolean {
  return asked !== undefined && asked.id !== record.person?.id && isWaitingApproval(record);
}

/**
 * Why a person's decision cannot be followed on these facts. The policy's rejection stands above it (I18): only an
 * exemption in the policy turns that into a hold. A hold is for a person to decide, so limits, windows and facts that
 * the app may not read do not stand against it. What cannot be read for the moment is waited for (`waitsForFacts`).
 */
export function personRefusal(
  { verdict: decision, until }: PersonsDecision,
  { verdict, policy }: Pick<Evaluation, "verdict" | "policy">,
  { mode, now }: { readonly mode: Mode; readonly now: Date },
): string | undefined {
  if (mode === "off" || mode === "observe" || (mode === "approve-only" && decision === "reject"))
    return `mode ${mode}: ${decision === "approve" ? "an approval" : "a rejection"} is not applied`;
  if (decision === "reject") return undefined;
  // It waited for long: nobody may connect after the time at which the person said that it ends.
  if (until !== undefined && isDue(until, now)) return `it was to be approved until ${until}, which is over`;
  if (policy.kind === "invalid")
    return "the policy does not load, so whether it rejects the connection is unknown";
  if (verdict.kind !== "reject") return undefined;
  return `the policy rejects it (${verdict.reasons.join("; ")}); only an exemption in the policy can change that`;
}
