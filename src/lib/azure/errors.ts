import type { PutOutcome } from "../connections/azure.ts";
import { valueOf } from "../estate/read.ts";
import type { UnknownReason } from "../policy/values/fact.ts";
import { asName, at } from "./arm-json.ts";

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

/** What has an answer's headers. */
interface Headed {
  readonly headers?: { get?(name: string): string | undefined };
}

function nameOf(error: unknown): string {
  return error instanceof Error ? error.name : "UnknownError";
}

/**
 * For how long Azure does not want to be asked, and never more than an hour: the SDKs would wait for ever. Retry-After
 * in seconds, as ARM sends it; Resource Graph may send only when its quota begins anew, as hh:mm:ss.
 */
export function retryAfterOf(response: Headed | undefined): number | undefined {
  const header = (name: string) => response?.headers?.get?.(name) ?? "";
  const [seconds] = /^\d{1,9}$/.exec(header("retry-after")) ?? [];
  if (seconds !== undefined) return Math.min(Number(seconds) * 1000, retryAfterMaxMs);
  const [, h, m, s] = /^(\d\d):(\d\d):(\d\d)$/.exec(header("x-ms-user-quota-resets-after")) ?? [];
  if (h === undefined) return undefined;
  return Math.min((Number(h) * 3600 + Number(m) * 60 + Number(s)) * 1000, retryAfterMaxMs);
}

/** What a 404 has to say for the resource to be gone. */
const gone = ["ResourceNotFound", "ResourceGroupNotFound"];

/**
 * Why ARM's answer is none, by its status and the code in its body. What has no body of ARM's form is the answer of
 * something in between, which knows nothing of the resource, nor of whose it is. A 404 about the subscription or the
 * type says that we are not shown it.
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

function armCode(text: string): string | undefined {
  try {
    return valueOf(at("error.code", asName)(JSON.parse(text)));
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** Why a call failed before an answer came, or at Azure Storage, whose clients tell its answers by their errors. Rethrows what is no failure of Azure or of the network: that is a bug of ours. */
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
 * What became of a PUT that ended in an error. 409, 412, 422 and 429 say that Azure was busy and changed nothing;
 * other 4xx that it will not. Everything else is unclear: the change may have been made. So it is where the answer has no code
 * of ARM's (`isArm`): something in between gave it, and does not know what ARM did.
 */
export function putFailure(error: unknown, isArm: boolean): PutOutcome {
  const { status, code, retryAfterMs } = azureError(error);
  const waits = retryAfterMs === undefined ? {} : { retryAfterMs };
  // A status below 400 comes with an answer that could not be read.
  if (status === undefined || status < 400 || status >= 500 || status === 408) {
    if (status === undefined) transportReason(error, code);
    return { kind: "unclear", code };
  }
  if (!isArm && status !== 429) return { kind: "unclear", code };
  if ([409, 412, 422, 429].includes(status)) return { kind: "busy", code, ...waits };
  return { kind: "refused", code: `${status} ${code}` };
}
