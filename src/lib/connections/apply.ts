import { renewed } from "./claim.ts";
import type { Snapshot } from "./facts.ts";
import { descriptionOf, targetOf } from "./description.ts";
import { fail, later } from "./later.ts";
import { confirm } from "./not-pending.ts";
import type { ConnectionRecord } from "./record.ts";
import { missing } from "./missing.ts";
import type { ReviewServices } from "./review.ts";

/** The longest that one PUT may take, and so the shortest lease on which one is begun. */
const putTimeoutMs = 15_000;

/** Steps 6 and 7: one PUT, then a look at what Azure made of it. The connection in `seen` was just read as Pending. */
export async function apply(
  services: ReviewServices,
  record: ConnectionRecord,
  seen: Snapshot,
  reason: string,
): Promise<ConnectionRecord> {
  const { azure, ledger, clock } = services;
  const target = targetOf(record.action);
  if (target === undefined || record.decisionId === undefined)
    throw new Error(`nothing may be applied to a record in phase ${record.phase} without a decision`);
  const applying = await ledger.save(renewed({ ...record, phase: "Applying", reason }, clock));
  // This process may have been frozen since: a PUT that outlives the lease could meet another attempt's.
  if (Date.parse(applying.lease?.until ?? "") - putTimeoutMs <= clock.now().getTime())
    return later(services, applying, "the review took too long to act on it");
  const outcome = await azure.setState(record.id, target, descriptionOf(record.decisionId, reason));
  switch (outcome.kind) {
    case "refused":
      return fail(services, applying, `Azure refused the ${record.action} (${outcome.code})`);
    case "busy":
      return later(
        services,
        { ...applying, phase: "Decided" },
        `Azure was busy (${outcome.code})`,
        outcome.retryAfterMs,
      );
    case "accepted":
    case "unclear":
      return verify(services, applying, seen);
  }
}

/** An unclear outcome is looked at, never guessed, and the opposite is never sent. */
async function verify(
  services: ReviewServices,
  record: ConnectionRecord,
  seen: Snapshot,
): Promise<ConnectionRecord> {
  const after = await services.azure.connection(record.id);
  if (after.kind === "unknown" && after.reason === "not-found") return missing(services, record);
  if (after.kind === "unknown")
    return later(services, record, `the outcome could not be read (${after.reason})`);
  if (after.value.state === "Pending") return later(services, record, "Azure has not confirmed it yet");
  return confirm(services, { ...record, state: after.value.state }, after.value, seen);
}
