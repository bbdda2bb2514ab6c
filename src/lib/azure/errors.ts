import { hourMs } from "../clock.ts";
import type { PutOutcome } from "../connections/azure-connections.ts";
import { valueOf } from "../estate/read.ts";
import type { UnknownReason } from "../policy/values/unknown-reason.ts";
import { asName, at } from "./arm-json.ts";

/** What an SDK's error says, read by shape: bundling and several SDK generations make classes unreliable. */
interface AzureError {
  /** The HTTP status; undefined without a complete answer. */
  readonly status?: number;
  /** ARM's or the transport's code, such as AuthorizationFailed or ECONNRESET. */
  readonly code: string;
  readonly retryAfterMs?: number;
}

const retryAfterMaxMs = hourMs;

/** The only place that reads an SDK's error. Bodies and URLs are left out: they may hold what must not be logged. */
export function azureError(error: unknown): AzureError {
  // Read one by one, because some properties of an SDK's error are not enumerable.
  const { statusCode, code, response } = (
    typeof error === "object" && error !== null ? error : {}
  ) as SdkError;
  const retryAfterMs = retryAfterOf(response);
  return {
    ...(typeof statusCode === "number" ? { status: statusCode } : {}),
    code: typeof code === "string" && isCode.test(code) ? code : nameOf(error),
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  };
}

const isCode = /^[A-Za-z0-9_.-]{1,80}$/;

interface SdkError {
  readonly statusCode?: unknown;
  readonly code?: unknown;
  readonly response?: Headed;
}

/** Something with an answer's headers. */
interface Headed {
  readonly headers?: { get?(name: string): string | undefined };
}

function nameOf(error: unknown): string {
  return error instanceof Error ? error.name : "UnknownError";
}

/**
 * The time until Azure accepts the next request, at most an hour (the SDKs would wait without limit). ARM sends
 * Retry-After in seconds. Resource Graph may send only the time until its quota is reset, as hh:mm:ss.
 */
export function retryAfterOf(response: Headed | undefined): number | undefined {
  const header = (name: string) => response?.headers?.get?.(name) ?? "";
  const [seconds] = /^\d{1,9}$/.exec(header("retry-after")) ?? [];
  if (seconds !== undefined) return Math.min(Number(seconds) * 1000, retryAfterMaxMs);
  const [, h, m, s] = /^(\d\d):(\d\d):(\d\d)$/.exec(header("x-ms-user-quota-resets-after")) ?? [];
  if (h === undefined) return undefined;
  return Math.min((Number(h) * 3600 + Number(m) * 60 + Number(s)) * 1000, retryAfterMaxMs);
}

/** The codes of a 404 that mean that the resource does not exist. */
const gone = ["ResourceNotFound", "ResourceGroupNotFound"];

/**
 * Why an answer has no value, by its status and the code in its body. An answer without a body in ARM's form comes from
 * an intermediary, which knows nothing about the resource or its owner. A 404 about the subscription or the type means
 * that the resource is not visible to the app.
 */
export function refusalReason({
  status,
  text,
}: {
  readonly status: number;
  readonly text: string;
}): UnknownReason {
  if (status === 408) return "timed-out";
  if (status === 429) return "throttled";
  const code = armCode(text);
  if (code === undefined) return "failed";
  if (status === 401 && code === "InvalidAuthenticationTokenTenant") return "foreign-tenant";
  if (status === 403) return "forbidden";
  if (status === 404) return gone.includes(code) ? "not-found" : "not-visible";
  return "failed";
}

/** ARM's code of an error, by its body; undefined for a body in another form. */
export function armCode(text: string): string | undefined {
  try {
    return valueOf(at("error.code", asName)(JSON.parse(text)));
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/**
 * Why a call failed without an answer, or at Azure Storage, whose clients report answers as errors. Rethrows any other
 * error: it is a bug of ours.
 */
export function unknownReason(error: unknown): UnknownReason {
  const { status, code } = azureError(error);
  if (status === undefined) return transportReason(error, code);
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
 * The outcome of a PUT that ended in an error. 409, 412, 422 and 429 mean that Azure was busy and changed nothing, and
 * other 4xx that it refuses. Everything else is unclear: the change may have been made. An answer without a code of ARM
 * (`isArm`) is unclear too: it comes from an intermediary, which does not know what ARM did.
 */
export function putFailure(error: unknown, isArm: boolean): PutOutcome {
  const { status, code, retryAfterMs } = azureError(error);
  const waits = retryAfterMs === undefined ? {} : { retryAfterMs };
  // A status below 400 means that the answer could not be read.
  if (status === undefined || status < 400 || status >= 500 || status === 408) {
    if (status === undefined) transportReason(error, code);
    return { kind: "unclear", code };
  }
  if (!isArm && status !== 429) return { kind: "unclear", code };
  if ([409, 412, 422, 429].includes(status)) return { kind: "busy", code, ...waits };
  return { kind: "refused", code: `${status} ${code}` };
}
