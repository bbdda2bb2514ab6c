import type {
  HttpHeaders,
  PipelinePolicy,
  PipelineRequest,
  PipelineResponse,
} from "@azure/core-rest-pipeline";
import { QuotaUnavailable, type QuotaKind } from "../quota.ts";
import { QuotaExhausted, type Budget } from "./budget.ts";
import { retryAfterOf } from "./errors.ts";

/** Observes each request: what it draws on, and the status that it was answered with. */
export type Seen = (kind: QuotaKind, status: number) => void;

const inSubscription = /^\/subscriptions\/([^/]+)\//i;

/** A longer pause is not waited for in a call: every caller has a time of its own to try again. */
const pauseMaxMs = 2_000;
/** After this time a reservation is tried again that the store did not answer. */
const unavailableMs = 1_000;

/**
 * Keeps every request, polls and pages included, within the budget. While the quota is used up, or Azure has said that it would
 * refuse, Azure is not asked: the answer is a 429 of our own, with the time that is left. `headersOf` is the pipeline's own maker
 * of headers.
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
      // Azure may have refused another call while this one waited for its turn.
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

/** Takes one call from the budget; returns for how long there is none, in milliseconds. */
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
    // Without the table nothing can be recorded either: what could not be reserved is not asked.
    if (error instanceof QuotaUnavailable) return unavailableMs;
    throw error;
  }
}

/** In ARM's own form. */
const refusal = JSON.stringify({
  error: {
    code: "QuotaPaused",
    message: "Azure was not asked: its quota is used up, or it said to wait.",
  },
});
