import type { PutOutcome } from "../connections/azure.ts";
import type { UnknownReason } from "../policy/fact.ts";

/** What an SDK's error says, read by shape: bundling and several SDK generations make classes unreliable. */
interface AzureError {
  /** The HTTP status; undefined where no whole answer came. */
  readonly status?: number;
  /** ARM's or the transport's code, such as AuthorizationFailed or ECONNRESET. */
  readonly code: string;
  readonly retryAfterMs?: number;
}

const retryAfterMaxMs = 60 * 60_000;

/** The only place that reads an SDK's error. Bodies and URLs are left out: they may hold what must not be logged. */
export function azureError(error: unknown): AzureError {
  // Read one by one: an SDK's error hides some of its properties from enumeration.
  const { statusCode, code, response } = (
    typeof error === "object" && error !== null ? error : {}
  ) as SdkError;
  const retryAfterMs = retryAfterOf(response);
  return {
    ...(typeof statusCode === "number" ? { status: statusCode } : {}),
    code: typeof code === "string" && /^[A-Za-z0-9_.-]{1,80}$/.test(code) ? code : nameOf(error),
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  };
}

interface SdkError {
  readonly statusCode?: unknown;
  readonly code?: unknown;
  readonly response?: { readonly headers?: { get?(name: string): string | undefined } };
}

function nameOf(error: unknown): string {
  return error instanceof Error ? error.name : "UnknownError";
}

/** Retry-After in seconds, as ARM sends it, and never more than an hour: the SDKs would wait for ever. */
export function retryAfterOf(response: SdkError["response"]): number | undefined {
  const text = response?.headers?.get?.("retry-after");
  return text !== undefined && /^\d{1,9}$/.test(text)
    ? Math.min(Number(text) * 1000, retryAfterMaxMs)
    : undefined;
}

/** Why a read failed; `answered` is the status that was seen on the wire, where the error has none. Rethrows what is no failure of Azure or of the network: that is a bug of ours. */
export function unknownReason(error: unknown, answered?: number): UnknownReason {
  const { status: told, code } = azureError(error);
  const status = told ?? (answered !== undefined && answered >= 400 ? answered : undefined);
  if (status === undefined) return transportReason(error, code);
  if (status === 401 && code === "InvalidAuthenticationTokenTenant") return "foreign-tenant";
  if (status === 401 || status === 403) return "forbidden";
  if (status === 404) return "not-found";
  if (status === 408) return "timed-out";
  return status === 429 ? "throttled" : "failed";
}

function transportReason(error: unknown, code: string): UnknownReason {
  if (code === "AbortError" || code === "TimeoutError") return "timed-out";
  if (isTransport(error, code)) return "failed";
  throw error;
}

/** A failure between us and Azure: the pipeline's RestError, a link to a foreign host, a socket's code, or no token. */
function isTransport(error: unknown, code: string): boolean {
  const name = error instanceof Error ? error.name : "";
  return (
    name === "RestError" ||
    name === "RequestRefused" ||
    /^E[A-Z]+$/.test(code) ||
    /Credential|Authentication/.test(name)
  );
}

/**
 * What became of a PUT that ended in an error. 409, 412, 422 and 429 say that Azure was busy and changed nothing;
 * other 4xx that it will not. Everything else is unclear: the change may have been made.
 */
export function putFailure(error: unknown): PutOutcome {
  const { status, code, retryAfterMs } = azureError(error);
  const waits = retryAfterMs === undefined ? {} : { retryAfterMs };
  // A status below 400 comes with an answer that could not be read.
  if (status === undefined || status < 400 || status >= 500 || status === 408) {
    if (status === undefined) transportReason(error, code);
    return { kind: "unclear", code };
  }
  if ([409, 412, 422, 429].includes(status)) return { kind: "busy", code, ...waits };
  return { kind: "refused", code: `${status} ${code}` };
}
