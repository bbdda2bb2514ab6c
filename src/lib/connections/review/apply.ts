import { plusMs } from "../../clock.ts";
import { isDocumentedState, type FinalState, type PutOutcome } from "../azure.ts";
import { renewed } from "./claim.ts";
import type { Snapshot } from "../facts/snapshot.ts";
import { descriptionOf, targetOf } from "../record/description.ts";
import { isAnother } from "./identity.ts";
import { fail, givingWay } from "./schedule-retry.ts";
import { confirm } from "./reconcile-final-state.ts";
import { withoutWrite } from "./pending-write.ts";
import type { ConnectionRecord } from "../record/record.ts";
import { confirmDeleted } from "./confirm-deleted.ts";
import type { ReviewServices } from "./review-services.ts";
import { azureSince, waitForAzure, waitInLine, withoutQueue } from "./waiting.ts";

/** The longest that one PUT may take, and so the shortest lease on which one is begun. */
const putTimeoutMs = 15_000;
/** How long a write keeps its service's place where this process ends and nobody follows it. */
const writingMs = 15 * 60_000;

/**
 * Steps 6 and 7: one PUT, then a look at what Azure made of it. The connection in `seen` was just read as Pending; `sent` is
 * called before anything is sent.
 */
export async function apply(
  services: ReviewServices,
  record: ConnectionRecord,
  seen: Snapshot,
  reason: string,
  sent: () => void,
): Promise<ConnectionRecord> {
  const { azure, clock } = services;
  const target = targetOf(record.action);
  if (target === undefined || record.decisionId === undefined)
    throw new Error(`nothing may be applied to a record in phase ${record.phase} without a decision`);
  const applying = await begin(services, record, reason);
  if (applying === undefined) return waitInLine(services, record);
  // This process may have been frozen since: a PUT that outlives the lease could meet another attempt's.
  if (Date.parse(applying.lease?.until ?? "") - putTimeoutMs <= clock.now().getTime())
    return waitForAzure(services, withoutWrite(applying), "the review took too long to act on it");
  sent();
  const outcome = await azure.setState(seen.connection, target, descriptionOf(record.decisionId, reason));
  return dealWith(services, applying, seen, { target, outcome });
}

/** Recorded before it is sent, so that a crash in between leaves a write that is looked for. */
function begin(
  { clock, ledger }: Pick<ReviewServices, "clock" | "ledger">,
  record: ConnectionRecord,
  reason: string,
): Promise<ConnectionRecord | undefined> {
  const now = clock.now();
  const sentAt = now.toISOString();
  const waitingSince = azureSince(record, now);
  return ledger.saveWithWriteLock(
    { ...withoutQueue(renewed(record, clock)), phase: "Applying", reason, write: { sentAt }, waitingSince },
    plusMs(now, writingMs),
  );
}

async function dealWith(
  services: ReviewServices,
  applying: ConnectionRecord,
  seen: Snapshot,
  { target, outcome }: { readonly target: FinalState; readonly outcome: PutOutcome },
): Promise<ConnectionRecord> {
  switch (outcome.kind) {
    case "refused":
      return fail(services, withoutWrite(applying), `Azure refused to make it ${target} (${outcome.code})`);
    case "busy":
      return behindOthers(services, withoutWrite(applying), outcome);
    case "accepted": {
      const sentAt = applying.write?.sentAt ?? services.clock.now().toISOString();
      const { operation, retryAfterMs } = outcome;
      const write = { sentAt, ...(operation === undefined ? {} : { operation }) };
      return verify(services, { ...applying, write, waitingSince: sentAt }, seen, retryAfterMs);
    }
    case "unclear":
      return verify(services, applying, seen);
  }
}

/**
 * Azure did not take it, at a service that it was not changing: others that wait for the service have their turn before this is
 * tried again, since it may be this connection alone that is busy.
 */
async function behindOthers(
  services: ReviewServices,
  record: ConnectionRecord,
  { code, retryAfterMs }: Extract<PutOutcome, { kind: "busy" }>,
): Promise<ConnectionRecord> {
  return givingWay(services, await waitForAzure(services, record, `Azure was busy (${code})`, retryAfterMs));
}

/** An unclear outcome is looked at, never guessed, and the opposite is never sent. */
async function verify(
  services: ReviewServices,
  record: ConnectionRecord,
  seen: Snapshot,
  retryAfterMs?: number,
): Promise<ConnectionRecord> {
  const after = await services.azure.connection(record.id);
  if (after.kind === "unknown" && after.reason === "not-found") return confirmDeleted(services, record);
  if (after.kind === "unknown")
    return waitForAzure(services, record, `the outcome could not be read (${after.reason})`, retryAfterMs);
  // Another connection under the name, or a state that Azure does not document, is for the next look to judge.
  const isClear = isDocumentedState(after.value.state) && !isAnother(record, after.value);
  if (after.value.state === "Pending" || !isClear)
    return waitForAzure(services, record, "Azure has not confirmed it yet", retryAfterMs);
  return confirm(services, { ...record, state: after.value.state }, after.value, seen);
}
