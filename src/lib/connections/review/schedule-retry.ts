import { plusMs } from "../../clock.ts";
import { connectionFailed } from "../connection-alerts.ts";
import { outcomeOf } from "../record/outcome.ts";
import type { ConnectionRecord } from "../record/connection-record.ts";
import { attempted, released, retryScheduled } from "../record/changes.ts";
import { failed } from "../record/transitions.ts";
import { attemptsMax, delayAfter } from "../review-delays.ts";
import { writeLockMs } from "../write-lock.ts";
import { ended, type Attempt, type Ended } from "./attempt.ts";
import type { ReviewServices } from "./ports.ts";

type Services = Pick<ReviewServices, "ledger" | "clock">;

/**
 * Puts a connection off: doubling delays, up to an hour. The tenth attempt in a row makes it Failed, with an alert, and
 * it is tried hourly from then on.
 */
export async function scheduleRetry(
  services: Services,
  record: ConnectionRecord,
  difficulty: string,
): Promise<ConnectionRecord> {
  const { clock, ledger } = services;
  const attempts = record.attempts + 1;
  if (attempts >= attemptsMax) return failAfterAttempts(services, record, difficulty);
  const next = retryScheduled(record, clock.now(), { attempts, difficulty, delayMs: delayAfter(attempts) });
  if (record.write !== undefined) return ledger.save(next);
  // It waits for a time of its own now, so that the others of its service need not wait for it.
  return saveAndReleaseWriteLock(services, next);
}

/**
 * Ends an attempt that could not find out how the connection is. A person's request that is not recorded is refused,
 * and what waited before it goes on waiting as it did.
 */
export async function endUnread(
  { services, request: { person } }: Attempt,
  record: ConnectionRecord,
  difficulty: string,
): Promise<Ended> {
  if (person === undefined || person.id === record.person?.id)
    return ended(await scheduleRetry(services, record, difficulty));
  const saved = await services.ledger.save(released(record));
  return { ...ended(saved), refusal: `${difficulty}; ask again later` };
}

/** Azure took the PUT and its operation failed: an outcome in the chain, and tried again like any other difficulty. */
export async function recordFailedOperation(
  services: Services,
  record: ConnectionRecord,
  code: string,
): Promise<ConnectionRecord> {
  const attempts = record.attempts + 1;
  const difficulty = `Azure's operation failed (${code})`;
  if (attempts >= attemptsMax) return failAfterAttempts(services, record, difficulty);
  const next = retryScheduled(record, services.clock.now(), {
    attempts,
    difficulty,
    delayMs: delayAfter(attempts),
  });
  return services.ledger.append(record, outcomeOf(next, difficulty), () => ({ record: next, alerts: [] }));
}

/** Saves a record that is not written now, and releases its service's write lock where it holds it. */
export async function saveAndReleaseWriteLock(
  { ledger }: Pick<Services, "ledger">,
  record: ConnectionRecord,
): Promise<ConnectionRecord> {
  return (await ledger.saveWithWriteLock(record, undefined)) ?? ledger.save(record);
}

/** Ends an attempt that cannot succeed by itself, with an alert; the same failure again is silent. */
export async function fail(
  services: Services,
  record: ConnectionRecord,
  difficulty: string,
): Promise<ConnectionRecord> {
  const { ledger, clock } = services;
  const next = failed(record, clock.now(), difficulty);
  const isSilent = record.failedWith === difficulty;
  const saved = isSilent
    ? next
    : await ledger.append(record, outcomeOf(next, difficulty), (entry) => ({
        record: next,
        alerts: [connectionFailed(entry, difficulty)],
      }));
  // A write that may still be under way keeps the lock: no other is sent before its end is known.
  if (record.write !== undefined)
    return (
      (await ledger.saveWithWriteLock(saved, plusMs(clock.now(), writeLockMs.failed))) ?? ledger.save(saved)
    );
  return isSilent ? saveAndReleaseWriteLock(services, saved) : saved;
}

function failAfterAttempts(
  services: Services,
  record: ConnectionRecord,
  difficulty: string,
): Promise<ConnectionRecord> {
  return fail(services, attempted(record), `${difficulty}, ${attemptsMax} times in a row`);
}
