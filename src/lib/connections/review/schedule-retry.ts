import { plusMs } from "../../clock.ts";
import { connectionFailed } from "../connection-alerts.ts";
import type { ConnectionRecord } from "../record/record.ts";
import { heldAgainMs, released, settled } from "../record/released.ts";
import type { ReviewServices } from "./review-services.ts";

type Services = Pick<ReviewServices, "ledger" | "clock">;

const attemptsMax = 10;
const firstDelayMs = 30_000;

/**
 * Puts a connection off: doubling delays, up to an hour. After ten attempts in a row a person is told, and the hourly
 * look goes on.
 */
export async function scheduleRetry(
  services: Services,
  record: ConnectionRecord,
  difficulty: string,
): Promise<ConnectionRecord> {
  const attempts = record.attempts + 1;
  if (attempts >= attemptsMax)
    return fail(services, { ...record, attempts }, `${difficulty}, ${attemptsMax} times in a row`);
  const put = { ...released(record, delayAfter(attempts), services.clock), attempts, difficulty };
  if (record.write !== undefined) return services.ledger.save(put);
  // It waits for its own time now, so that the others of its service need not wait for it.
  return givingWay(services, settled(put));
}

/** Saves a record that is not written now, and gives its service's place for a write back where it has it. */
export async function givingWay(
  { ledger }: Pick<Services, "ledger">,
  record: ConnectionRecord,
): Promise<ConnectionRecord> {
  return (await ledger.saveWithWriteLock(record, undefined)) ?? ledger.save(record);
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

/** How much longer than until its next look a write that Azure does not end keeps its service's place. */
const placeMs = heldAgainMs + 15 * 60_000;

/** Ends an attempt that cannot succeed by itself, and tells a person; the same failure again is silent. */
export async function fail(
  services: Services,
  record: ConnectionRecord,
  difficulty: string,
): Promise<ConnectionRecord> {
  const { ledger, clock } = services;
  // A write that may still be under way stays known, and keeps its place: no other is sent before its end is.
  const { write } = record;
  const failed: ConnectionRecord = {
    ...settled(released(record, heldAgainMs, clock)),
    ...(write === undefined ? {} : { write }),
    phase: "Failed",
    difficulty,
    failedWith: difficulty,
  };
  const told =
    record.failedWith === difficulty
      ? failed
      : await ledger.append(record, outcomeOf(failed, difficulty), (entry) => ({
          record: failed,
          alerts: [connectionFailed(entry, difficulty)],
        }));
  if (write === undefined) return told === failed ? givingWay(services, failed) : told;
  return (await ledger.saveWithWriteLock(told, plusMs(clock.now(), placeMs))) ?? ledger.save(told);
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
