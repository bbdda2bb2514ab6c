import type { OpenMark } from "../ledger.ts";
import type { ConnectionRecord } from "../record/connection-record.ts";
import { isUnfinished } from "./needs-review.ts";
import type { ReviewServices } from "./ports.ts";

/**
 * Announces the alerts of an attempt, and settles its open mark: removed where nothing is left to do, else with what the connection
 * waits for.
 */
export async function settle(
  { alerts, ledger }: Pick<ReviewServices, "alerts" | "ledger">,
  record: ConnectionRecord,
  mark: OpenMark,
): Promise<void> {
  await alerts.announce(record.id.service);
  const { nextAt, phase, policyHash, queuedAt, restrained, firstSeenAt } = record;
  // Unfinished and without a time: the mark stays as it is, for the next sweep.
  if (nextAt === undefined && isUnfinished(record)) return;
  const decider = phase === "Held" && policyHash !== undefined ? { decider: policyHash } : {};
  const held = phase === "Held" && restrained === undefined ? { heldSince: firstSeenAt } : {};
  await ledger.settle(
    mark,
    nextAt === undefined
      ? undefined
      : { until: nextAt, ...decider, ...held, ...(queuedAt === undefined ? {} : { queuedAt }) },
    record,
  );
}
