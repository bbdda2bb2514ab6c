import { breakerOf } from "../breakers/breaker-of.ts";
import type { OpenReview } from "../ledger.ts";
import type { ConnectionRecord } from "../record/connection-record.ts";
import { isUnfinished } from "./is-review-due.ts";
import type { ReviewServices } from "./ports.ts";

/**
 * Announces the alerts of an attempt, and closes its review; where something is left to do, it stays open with what the
 * connection waits for.
 */
export async function endAttempt(
  { alerts, ledger }: Pick<ReviewServices, "alerts" | "ledger">,
  record: ConnectionRecord,
  open: OpenReview,
): Promise<void> {
  await alerts.announce(record.id.service);
  const { attempts, nextAt, phase, queuedAt, restrained, firstSeenAt, verdict, opensAt } = record;
  // Unfinished and without a time: the review stays open as it is, for the next sweep.
  if (nextAt === undefined && isUnfinished(record)) return;
  const decider = deciderOf(record);
  // One whose last attempt ended in a difficulty waits for its next, however soon the breaker closes.
  const breaker = phase === "Held" && attempts > 0 ? undefined : breakerOf(record);
  // A verdict that is no hold waits for the mode, one with an opening for its change window, and a breaker has an alert
  // of its own.
  const isForPerson = restrained === undefined && verdict === "hold" && opensAt === undefined;
  const waitsForPerson = phase === "Held" && isForPerson;
  await ledger.endAttempt(
    open,
    nextAt === undefined
      ? undefined
      : {
          until: nextAt,
          ...(decider === undefined ? {} : { decider }),
          ...(breaker === undefined ? {} : { breaker }),
          ...(waitsForPerson ? { heldSince: firstSeenAt } : {}),
          ...(queuedAt === undefined ? {} : { queuedAt }),
        },
    record,
  );
}

/**
 * The policy, parameters and mode whose change is a reason for a review: those that hold it, or that announced a
 * revocation.
 */
function deciderOf({ phase, policyHash, revocation, judged }: ConnectionRecord): string | undefined {
  if (phase === "Held") return policyHash;
  return revocation === undefined ? undefined : judged?.decider;
}
