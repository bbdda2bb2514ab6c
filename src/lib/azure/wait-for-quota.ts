import type {
  HttpHeaders,
  PipelinePolicy,
  PipelineRequest,
  PipelineResponse,
} from "@azure/core-rest-pipeline";
import { QuotaUnavailable, type QuotaKind } from "../azure-quota.ts";
import { QuotaExhausted, type CallQuota } from "./call-quota.ts";
import { armCode, retryAfterOf } from "./errors.ts";

/**
 * Observes each request: its method and path, the quota that it counts against, and the status and ARM's code of its
 * answer.
 */
export type Seen = (call: {
  readonly method: string;
  readonly kind: QuotaKind;
  readonly status: number;
  readonly path: string;
  /** Undefined for an answer without an error in ARM's form. */
  readonly code?: string | undefined;
}) => void;

const inSubscription = /^\/subscriptions\/([^/]+)\//i;

/** A call does not wait for a longer pause: every caller schedules its own retry. */
const pauseMaxMs = 2_000;
/** Retry delay of a reservation that the store did not answer. */
const unavailableMs = 1_000;

/**
 * Keeps every request, polls and pages included, within the quota. While the quota is used up, or Azure has announced
 * that it refuses, no request is sent: the answer is a 429 of our own, with the remaining time. `headersOf` is the
 * pipeline's factory of headers.
 */
export function quotaPolicy(
  quota: CallQuota,
  headersOf: (headers: Record<string, string>) => HttpHeaders,
  seen: Seen = () => {},
): PipelinePolicy {
  const refuse = (request: PipelineRequest, kind: QuotaKind, { code, ms }: Refusal): PipelineResponse => {
    // What the table did not answer is no refusal of Azure, and is not counted as one.
    if (code !== "QuotaUnavailable")
      seen({ method: request.method, kind, status: 429, path: pathOf(request) });
    const headers = headersOf({ "retry-after": String(Math.ceil(ms / 1000)) });
    const error = { code, message: messages[code] };
    return { request, status: 429, headers, bodyAsText: JSON.stringify({ error }) };
  };
  return {
    name: "drawbridgeQuota",
    sendRequest: async (request, next) => {
      const [, named = ""] = inSubscription.exec(pathOf(request)) ?? [];
      const subscription = named.toLowerCase();
      const kind = subscription === "" ? "queries" : request.method === "GET" ? "reads" : "writes";
      const pausedMs = quota.pausedMs(subscription, kind);
      if (pausedMs > pauseMaxMs) return refuse(request, kind, { code: "QuotaPaused", ms: pausedMs });
      const refusal = await take(quota, subscription, kind, request.abortSignal as AbortSignal | undefined);
      if (refusal !== undefined) return refuse(request, kind, refusal);
      // Azure may have refused another call while this one waited.
      const meanwhileMs = quota.pausedMs(subscription, kind);
      if (meanwhileMs > 0) return refuse(request, kind, { code: "QuotaPaused", ms: meanwhileMs });
      const response = await next(request);
      const code = response.status < 400 ? undefined : armCode(response.bodyAsText ?? "");
      seen({ method: request.method, kind, status: response.status, path: pathOf(request), code });
      const waitMs = response.status === 429 ? retryAfterOf(response) : undefined;
      if (waitMs !== undefined) quota.pause(subscription, kind, waitMs);
      return response;
    },
  };
}

function pathOf({ url }: PipelineRequest): string {
  return new URL(url).pathname;
}

/** Takes one call of the quota; returns why there is none, and for how long. */
async function take(
  quota: CallQuota,
  subscription: string,
  kind: QuotaKind,
  signal: AbortSignal | undefined,
): Promise<Refusal | undefined> {
  try {
    await quota.take(subscription, kind, signal);
    return undefined;
  } catch (error) {
    if (error instanceof QuotaExhausted) return { code: "QuotaExhausted", ms: error.retryAfterMs };
    // Without the table nothing can be recorded either, so that a request without a reservation is not sent.
    if (error instanceof QuotaUnavailable) return { code: "QuotaUnavailable", ms: unavailableMs };
    throw error;
  }
}

/** The codes of refusals that are ours and not Azure's, in ARM's form. */
const messages = {
  QuotaPaused: "Azure was not asked: it said to wait.",
  QuotaExhausted: "Azure was not asked: the app has used up its quota for the moment.",
  QuotaUnavailable: "Azure was not asked: the table, in which calls are reserved, does not answer.",
} as const;

interface Refusal {
  readonly code: keyof typeof messages;
  readonly ms: number;
}
