import { setTimeout as sleep } from "node:timers/promises";
import { knownRead, unknownRead, type Read } from "../estate/read.ts";
import { isTransient, type UnknownReason } from "../policy/values/unknown-reason.ts";
import { azureError, unknownReason } from "./errors.ts";

/** Total time for one resource, including retries. */
const readTimeoutMs = 10_000;
/** Delays before the second and the third attempt, unless Azure names one. */
const backoffMs = [300, 900];
/** A longer Retry-After ends the read. The record's own retry time covers it. */
const waitMaxMs = 2_000;

/** Thrown if no usable answer arrived. */
export class RequestFailed extends Error {
  override readonly name = "RequestFailed";

  readonly reason: UnknownReason;
  readonly retryAfterMs: number | undefined;

  constructor(reason: UnknownReason, retryAfterMs?: number) {
    super(`no answer: ${reason}`);
    this.reason = reason;
    this.retryAfterMs = retryAfterMs;
  }
}

/**
 * Reads within `timeoutMs` in total; the result is a value, or why it is unknown. Transient failures are retried twice.
 * The SDKs do not retry, because they would wait as long as Azure says, without a limit.
 * @throws any error that is not a failure of Azure or of the network: a bug of ours
 */
export async function withRetries<T>(
  attempt: (abortSignal: AbortSignal) => Promise<Read<T>>,
  timeoutMs = readTimeoutMs,
): Promise<Read<T>> {
  const abortSignal = AbortSignal.timeout(timeoutMs);
  for (let tries = 0; ; tries++) {
    try {
      return await attempt(abortSignal);
    } catch (error) {
      if (!(error instanceof RequestFailed)) throw error;
      const waitMs = error.retryAfterMs ?? backoffMs[tries];
      const ends = tries >= backoffMs.length || waitMs === undefined || waitMs > waitMaxMs;
      if (!isTransient(error.reason) || ends || abortSignal.aborted) return unknownRead(error.reason);
      await sleep(waitMs);
    }
  }
}

/** The same for Azure Storage, whose clients report answers as errors. */
export function read<T>(
  reader: (abortSignal: AbortSignal) => Promise<T>,
  timeoutMs?: number,
): Promise<Read<T>> {
  return withRetries(async (abortSignal) => {
    try {
      return knownRead(await reader(abortSignal));
    } catch (error) {
      throw new RequestFailed(unknownReason(error), azureError(error).retryAfterMs);
    }
  }, timeoutMs);
}
