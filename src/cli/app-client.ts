import { parseJson } from "../lib/json.ts";
import { sanitizeText } from "../lib/sanitize-text.ts";
import type { Terminal } from "./command.ts";
import { CannotRun, UsageError } from "./exit-codes.ts";

/** The app refuses a request; `message` is its reason, `status` that of the answer. */
export class Refused extends CannotRun {
  override readonly name = "Refused";
  readonly status: number;
  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

interface GetOptions {
  readonly timeoutMs?: number;
  /** A status other than success whose body is the answer too. */
  readonly accept?: number;
}

export interface AppClient {
  /** @throws {CannotRun} if the app cannot be reached or answers with an error */
  get(path: string, options?: GetOptions): Promise<unknown>;
  /** @throws {CannotRun} likewise; {Refused} if the app refuses the request */
  post(path: string, body: object, timeoutMs?: number): Promise<unknown>;
}

const usualTimeoutMs = 10_000;

/** The HTTP API of the running app. Its address and its key are in the environment. */
export function appClient({ environment, fetch }: Pick<Terminal, "environment" | "fetch">): AppClient {
  const base = originIn(environment.DRAWBRIDGE_URL ?? "http://127.0.0.1:7071");
  const key = sendable("DRAWBRIDGE_KEY", environment.DRAWBRIDGE_KEY ?? "");
  const token = sendable("DRAWBRIDGE_TOKEN", environment.DRAWBRIDGE_TOKEN ?? "");

  async function send(path: string, { accept, ...init }: RequestInit & GetOptions = {}): Promise<unknown> {
    const [answer, text] = await exchange(path, init);
    const body = parseJson(text);
    if (answer.ok || answer.status === accept) {
      if (typeof body === "object" && body !== null) return body;
      throw new CannotRun(`${base} does not answer with JSON; is DRAWBRIDGE_URL the address of Drawbridge?`);
    }
    throw refusalOf(answer.status, body, base, key !== "");
  }

  async function exchange(
    path: string,
    { timeoutMs = usualTimeoutMs, ...init }: RequestInit & Omit<GetOptions, "accept">,
  ): Promise<readonly [Response, string]> {
    try {
      const answer = await fetch(new URL(path, base), {
        ...init,
        headers: {
          "x-functions-key": key,
          ...(token === "" ? {} : { authorization: `Bearer ${token}` }),
        },
        signal: AbortSignal.timeout(timeoutMs),
        // A redirect would send the key to an unknown address.
        redirect: "error",
      });
      return [answer, await answer.text()];
    } catch (error) {
      throw new CannotRun(
        `${base} cannot be reached (${causeOf(error)}); is the app running, and is DRAWBRIDGE_URL right?`,
      );
    }
  }

  return {
    get: send,
    post: (path, body, timeoutMs = usualTimeoutMs) =>
      send(path, { method: "POST", body: JSON.stringify(body), timeoutMs }),
  };
}

/**
 * An error answer as one line. The app answers with problem details (RFC 9457); a proxy in front of it may send
 * anything.
 */
function refusalOf(status: number, body: unknown, base: string, hasKey: boolean): CannotRun {
  if (status === 401 && !hasKey)
    return new CannotRun(`${base} asks for a key; set DRAWBRIDGE_KEY to a function key`);
  if (status === 401)
    return new CannotRun(
      `${base} refuses the key or the token; set DRAWBRIDGE_KEY to a function key, and DRAWBRIDGE_TOKEN where the app asks for Entra ID`,
    );
  const { title, detail } = (body ?? {}) as { readonly title?: unknown; readonly detail?: unknown };
  if (typeof title !== "string")
    return new CannotRun(
      `${base} answers ${status} without a reason; is DRAWBRIDGE_URL the address of Drawbridge?`,
    );
  const reason = sanitizeText(typeof detail === "string" ? `${title}: ${detail}` : title, 2_000);
  return status === 400 ? new UsageError(reason) : new Refused(status, reason);
}

/** The app's origin, without a path. */
function originIn(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const isOrigin =
    url !== undefined && /^https?:$/.test(url.protocol) && url.pathname === "/" && url.search === "";
  if (!isOrigin || url.username !== "")
    throw new CannotRun(
      `DRAWBRIDGE_URL is "${sanitizeText(text, 200)}"; it must be an address such as https://func-drawbridge.azurewebsites.net, without a path or a query`,
    );
  return url.origin;
}

/** Checks that a secret can be sent in a header. No message repeats it. */
function sendable(name: string, text: string): string {
  if (/^[\x21-\x7e]*$/.test(text)) return text;
  throw new CannotRun(
    `${name} holds a space, a line break or another character that cannot be sent; copy it again`,
  );
}

function causeOf(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  if (cause instanceof Error && "code" in cause && typeof cause.code === "string") return cause.code;
  return cause instanceof Error ? sanitizeText(cause.message, 200) : String(cause);
}
