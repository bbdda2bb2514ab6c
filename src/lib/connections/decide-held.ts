import type { ConnectionId } from "../azure/resource-id.ts";
import type { ConnectionRecord, PersonsDecision } from "./record/connection-record.ts";
import { replacesWaiting } from "./review/person.ts";
import { review } from "./review/review.ts";
import type { ReviewServices } from "./review/ports.ts";

/** A person's decision on one connection. */
export interface HeldDecision extends Omit<PersonsDecision, "id"> {
  readonly connection: ConnectionId;
}

export type DecidedHeld =
  | {
      readonly kind: "decided";
      readonly record: ConnectionRecord;
      /** The entry of the person's decision. */
      readonly decisionId: string;
      /** Why it is not applied yet; absent where Azure shows the state. */
      readonly waitsFor?: string;
    }
  | { readonly kind: "unknown connection" }
  /** No decision was recorded, and what waited goes on waiting. */
  | { readonly kind: "refused"; readonly reason: string; readonly record: ConnectionRecord };

/**
 * Follows a person's decision on a connection that is held: by a review like any other, under the same claim, which
 * records the decision before it is applied. Once it is recorded, any later review carries it out, whatever becomes of
 * this process.
 */
export async function decideHeld(
  services: ReviewServices,
  { connection: id, ...asked }: HeldDecision,
): Promise<DecidedHeld> {
  const { clock, ledger, newId } = services;
  const before = await ledger.find(id);
  if (before === undefined) return { kind: "unknown connection" };
  const person: PersonsDecision = { id: newId(), ...asked };
  const result = await review(services, {
    id,
    cause: "http",
    actor: `http:${asked.by}`,
    actorObjectId: asked.objectId,
    requestedAt: clock.now(),
    person,
  });
  // The record says whether the decision is in force, however the review ended.
  const record = (await ledger.find(id)) ?? before;
  if (record.person?.id !== person.id)
    return { kind: "refused", reason: result.refusal ?? refusalOf(record, person, result.reason), record };
  const decisionId = result.decisionId ?? record.decisionId;
  if (decisionId === undefined) throw new Error("a person's decision without an entry");
  // A connection that was Approved until a time is renewed without a write.
  if (record.phase === "Applied") return { kind: "decided", record, decisionId };
  return { kind: "decided", record, decisionId, waitsFor: waitOf(record) };
}

function waitOf({
  difficulty = "Azure has not confirmed it yet",
  waitsForPermit,
  nextAt,
}: ConnectionRecord): string {
  const again =
    waitsForPermit === undefined || nextAt === undefined ? "" : `; it is tried again at ${nextAt}`;
  return `${difficulty}${again}`;
}

/** Why a decision was not recorded, where the review itself has not said so. */
function refusalOf(
  record: ConnectionRecord,
  person: PersonsDecision,
  difficulty = "it could not be reviewed",
): string {
  const { phase, state, reason, write } = record;
  if ((phase === "Held" && state === "Pending") || replacesWaiting({ person }, record))
    return `${difficulty}; ask again later`;
  // An approval that ends may be renewed, but its last review met a difficulty.
  if (phase === "Applied" && record.difficulty !== undefined) return `${record.difficulty}; ask again later`;
  if (write !== undefined)
    return `its phase is ${phase}: what was decided is sent to Azure, and cannot be changed any more`;
  if (phase === "Decided" && record.person?.verdict === "reject")
    return `${reason}; a rejection that waits to be applied stays; the requester has to create a new endpoint to ask again`;
  // What was never decided, and what failed, is where it is because of its difficulty.
  const cause = phase === "Seen" || phase === "Failed" ? (record.difficulty ?? reason) : reason;
  const why = cause === undefined ? "" : ` (${cause})`;
  return `it is not held: its phase is ${phase}${why}${otherWay(state, person)}`;
}

/** How to get on Azure what was asked for, where Azure shows the opposite already. */
function otherWay(state: string | undefined, { verdict }: PersonsDecision): string {
  if (state === "Approved" && verdict === "reject")
    return "; to take the approval back, reject it in the portal, or let a policy with revoke: rejected reject it";
  if (state === "Rejected" && verdict === "approve")
    return "; Azure keeps a rejection, so the requester has to create a new endpoint to ask again";
  return "";
}
