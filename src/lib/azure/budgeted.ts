import type {
  HttpHeaders,
  PipelinePolicy,
  PipelineRequest,
  PipelineResponse,
} from "@azure/core-rest-pipeline";
import { QuotaUnavailable, type QuotaKind } from "../quota.ts";
import { QuotaExhausted, type Budget } from "./budget.ts";
import { retryAfterOf } from "./errors.ts";

/** Observes each request: the quota that it counts against, and the status of its answer. */
export type Seen = (kind: QuotaKind, status: number) => void;

const inSubscription = /^\/subscriptions\/([^/]+)\//i;

/** A call does not wait for a longer pause: every caller schedules its own retry. */
const pauseMaxMs = 2_000;
/** Retry delay of a reservation that the store did not answer. */
const unavailableMs = 1_000;

/**
 * Keeps every request, polls and pages included, within the budget. While the quota is used up, or Azure has announced that it
 * refuses, no request is sent: the answer is a 429 of our own, with the remaining time. `headersOf` is the pipeline's factory of
 * headers.
 */
export function budgeted(
  within: Budget,
  headersOf: (headers: Record<string, string>) => HttpHeaders,
  seen: Seen = () => {},
): PipelinePolicy {
  const refuse = (request: PipelineRequest, kind: QuotaKind, ms: number): PipelineResponse => {
    seen(kind, 429);
    const headers = headersOf({ "retry-after": String(Math.ceil(ms / 1000)) });
    return { request, status: 429, headers, bodyAsText: refusal };
  };
  return {
    name: "drawbridgeBudgeted",
    sendRequest: async (request, next) => {
      const [, named = ""] = inSubscription.exec(new URL(request.url).pathname) ?? [];
      const subscription = named.toLowerCase();
      const kind = subscription === "" ? "queries" : request.method === "GET" ? "reads" : "writes";
      const pausedMs = within.pausedMs(subscription, kind);
      if (pausedMs > pauseMaxMs) return refuse(request, kind, pausedMs);
      const exhaustedMs = await take(
        within,
        subscription,
        kind,
        request.abortSignal as AbortSignal | undefined,
      );
      if (exhaustedMs !== undefined) return refuse(request, kind, exhaustedMs);
      // Azure may have refused another call while this one waited.
      const meanwhileMs = within.pausedMs(subscription, kind);
      if (meanwhileMs > 0) return refuse(request, kind, meanwhileMs);
      const response = await next(request);
      seen(kind, response.status);
      const waitMs = response.status === 429 ? retryAfterOf(response) : undefined;
      if (waitMs !== undefined) within.pause(subscription, kind, waitMs);
      return response;
    },
  };
}

/** Takes one call from the budget; returns the time until one is available, in milliseconds. */
async function take(
  within: Budget,
  subscription: string,
  kind: QuotaKind,
  signal: AbortSignal | undefined,
): Promise<number | undefined> {
  try {
    await within.take(subscription, kind, signal);
    return undefined;
  } catch (error) {
    if (error instanceof QuotaExhausted) return error.retryAfterMs;
    // Without the table nothing can be recorded either, so that a request without a reservation is not sent.
    if (error instanceof QuotaUnavailable) return unavailableMs;
    throw error;
  }
}

/** A refusal in ARM's form. */
const refusal = JSON.stringify({
  error: {
    code: "QuotaPaused",
    message: "Azure was not asked: its quota is used up, or it said to wait.",
  },
});
