import { connectionFailed } from "./connection-alerts.ts";
import type { ConnectionRecord } from "./record.ts";
import { heldAgainMs, released, settled } from "./released.ts";
import type { ReviewServices } from "./review.ts";

type Services = Pick<ReviewServices, "ledger" | "clock">;

const attemptsMax = 10;
const firstDelayMs = 30_000;

/**
 * Puts a connection off: doubling delays, or what Azure asked for, up to an hour. After ten attempts in a row a
 * person is told, and the hourly look goes on.
 */
export async function later(
  services: Services,
  record: ConnectionRecord,
  difficulty: string,
  retryAfterMs = 0,
): Promise<ConnectionRecord> {
  const attempts = record.attempts + 1;
  if (attempts >= attemptsMax)
    return fail(services, { ...record, attempts }, `${difficulty}, ${attemptsMax} times in a row`);
  const delayMs = Math.min(heldAgainMs, Math.max(retryAfterMs, delayAfter(attempts)));
  // It waits for its own time now, so that the others of its service need not wait for it.
  const { queuedAt: _, ...own } = released(record, delayMs, services.clock);
  return services.ledger.save({ ...own, attempts, difficulty });
}

function delayAfter(attempts: number): number {
  return Math.min(heldAgainMs, firstDelayMs * 2 ** (attempts - 1));
}

/** Azure took the PUT and gave up on it: told in the chain, and tried again like any other difficulty. */
export async function operationFailed(
  services: Services,
  record: ConnectionRecord,
  code: string,
): Promise<ConnectionRecord> {
  const attempts = record.attempts + 1;
  const difficulty = `Azure's operation failed (${code})`;
  if (attempts >= attemptsMax)
    return fail(services, { ...record, attempts }, `${difficulty}, ${attemptsMax} times in a row`);
  const failed = { ...released(settled(record), delayAfter(attempts), services.clock), attempts, difficulty };
  return services.ledger.append(record, outcomeOf(failed, difficulty), () => ({
    record: failed,
    alerts: [],
  }));
}

/** Ends an attempt that cannot succeed by itself, and tells a person; the same failure again is silent. */
export async function fail(
  { ledger, clock }: Services,
  record: ConnectionRecord,
  difficulty: string,
): Promise<ConnectionRecord> {
  // A write that may still be under way stays known: no other is sent before its end is.
  const { write } = record;
  const failed: ConnectionRecord = {
    ...settled(released(record, heldAgainMs, clock)),
    ...(write === undefined ? {} : { write }),
    phase: "Failed",
    difficulty,
    failedWith: difficulty,
  };
  if (record.failedWith === difficulty)
    return (
      (write === undefined ? await ledger.saveWriting(failed, undefined) : undefined) ?? ledger.save(failed)
    );
  return ledger.append(record, outcomeOf(failed, difficulty), (entry) => ({
    record: failed,
    alerts: [connectionFailed(entry, difficulty)],
  }));
}

export function outcomeOf({ id, phase, state, decisionId }: ConnectionRecord, reason: string) {
  return {
    kind: "outcome" as const,
    connection: id.text,
    ...(decisionId === undefined ? {} : { decisionId }),
    phase,
    ...(state === undefined ? {} : { state }),
    reason,
  };
}
