import type { Connection } from "../azure-connections.ts";
import { isTransientHold, transientAttemptsMax } from "../decide.ts";
import type { WriteLock } from "../ledger.ts";
import type { ConnectionRecord } from "../record/connection-record.ts";
import { ended, type Ended } from "./attempt.ts";
import { evaluateConnection, type Evaluation } from "./evaluate.ts";
import type { ReviewServices } from "./ports.ts";
import { scheduleRetry } from "./schedule-retry.ts";

/** An evaluation, with the service's write lock as it was before the facts were read. */
export interface UnderHead {
  readonly evaluation: Evaluation;
  readonly writeLock: WriteLock | undefined;
}

/**
 * Evaluates a connection under the head of its service, which is read before the facts: what is reserved later is
 * noticed when the decision is recorded.
 */
export async function evaluateUnderHead(
  services: ReviewServices,
  connection: Connection,
): Promise<UnderHead> {
  const { reservations, writeLock } = await services.ledger.head(connection.id.service);
  return { evaluation: await evaluateConnection(services, connection, reservations), writeLock };
}

/**
 * Evaluates a connection that is not Pending. Where a fact cannot be read for the moment, the attempt ends and is
 * repeated, a few times.
 */
export async function evaluateOrRetry(
  services: ReviewServices,
  record: ConnectionRecord,
  connection: Connection,
): Promise<({ readonly kind: "evaluated" } & UnderHead) | Ended> {
  const found = await evaluateUnderHead(services, connection);
  const { verdict } = found.evaluation;
  if (!isTransientHold(verdict) || record.attempts >= transientAttemptsMax)
    return { kind: "evaluated", ...found };
  return ended(await scheduleRetry(services, record, verdict.reasons.join("; ")), verdict);
}
