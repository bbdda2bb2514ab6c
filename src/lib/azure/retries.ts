import { setTimeout as sleep } from "node:timers/promises";
import { knownRead, unknownRead, type Read } from "../estate/read.ts";
import { isTransient, type UnknownReason } from "../policy/values/fact.ts";
import { azureError, unknownReason } from "./errors.ts";

/** One resource, with what it takes to try again. */
const readTimeoutMs = 10_000;
/** Waits before the second and the third try, where Azure does not say how long. */
const backoffMs = [300, 900];
/** A longer Retry-After is not waited for here: the record's own time to try again is what outlasts it. */
const waitMaxMs = 2_000;

/** Thrown where no answer came that could be read for what it says. */
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
 * What was read, or why it is unknown, within `timeoutMs` in all. No answer for a reason that may pass by itself is
 * tried twice again; the SDKs do not retry, since they would wait as long as Azure says, however long that is.
 * @throws what is no failure of Azure or of the network: a bug of ours
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

/** The same for Azure Storage, whose clients tell its answers by their errors. */
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
