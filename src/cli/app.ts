import type { ExplainedRule } from "../lib/policy/evaluate/explain.ts";
import type { Verdict } from "../lib/policy/evaluate/verdict.ts";
import type { ChainLink } from "../lib/connections/verify-chain.ts";
import { CannotRun, type Terminal } from "./command.ts";

/** One kind of address of one resource in one place, as the app tells of it. */
export interface ShownAddresses {
  readonly resource: string;
  readonly kind: string;
  readonly location: string;
  readonly state: string;
  readonly current: readonly string[];
  readonly baseline: readonly string[];
  readonly advice?: string;
  readonly unsettled?: { readonly since: string; readonly why: string };
  readonly drift?: { readonly since: string; readonly causes: readonly { readonly cause: string }[] };
}

export interface ShownChange {
  readonly at: string;
  readonly kind: string;
  readonly what: string;
  readonly actor?: string;
  readonly reason?: string;
  readonly addresses?: readonly {
    readonly kind: string;
    readonly location: string;
    readonly added: readonly string[];
    readonly removed: readonly string[];
  }[];
}

/** An entry of the audit chain, as the app tells of it; all of it, since its hash covers all of it. */
export type ShownEntry = ChainLink & {
  readonly at: string;
  readonly kind: string;
  readonly connection?: string;
  readonly service?: string;
  readonly actor?: string;
  readonly cause?: string;
  readonly verdict?: { readonly kind: string; readonly reasons: readonly string[] };
  readonly phase?: string;
  readonly state?: string;
  readonly reason?: string;
  readonly from?: number;
  readonly to?: number;
  readonly blob?: string;
};

/** Where a connection stands, as the app tells of it. */
export interface ShownConnection {
  readonly connection: string;
  readonly decisionId?: string;
}

/** What came of a request that the app may refuse for a reason that its user can do something about. */
export type Answered<T> =
  { readonly kind: "done"; readonly value: T } | { readonly kind: "refused"; readonly why: string };

export interface App {
  /** Every page of it. */
  addresses(filter: Readonly<Record<string, string>>): Promise<readonly ShownAddresses[]>;
  /** Every page of it, as it comes. */
  decisions(filter: Readonly<Record<string, string>>): AsyncIterable<ShownEntry>;
  /** Every page of it. */
  connections(filter: Readonly<Record<string, string>>): Promise<readonly ShownConnection[]>;
  /** The oldest first. */
  addressHistory(resource: string): Promise<readonly ShownChange[]>;
  acknowledge(acknowledgement: object): Promise<Answered<{ readonly outcome: string }>>;
  /** The latest decision about a connection; undefined where there is none. */
  latestDecision(
    connection: string,
  ): Promise<{ verdict: Verdict; trace: readonly ExplainedRule[] } | undefined>;
}

const timeoutMs = 10_000;

/** Where the app is: an origin, since its paths are known. */
function originIn(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const isOrigin =
    url !== undefined && /^https?:$/.test(url.protocol) && url.pathname === "/" && url.search === "";
  if (!isOrigin || url.username !== "")
    throw new CannotRun(
      `DRAWBRIDGE_URL is "${text}"; it must be an address such as https://func-drawbridge.azurewebsites.net`,
    );
  return url.origin;
}

/** What can stand in a header. It is a secret, so that no message repeats it. */
function sendable(name: string, text: string): string {
  if (/^[\x21-\x7e]*$/.test(text)) return text;
  throw new CannotRun(
    `${name} holds a space, a line break or another character that cannot be sent; copy it anew`,
  );
}

/** The running app, over its HTTP API. */
export function appAt({ environment, fetch }: Pick<Terminal, "environment" | "fetch">): App {
  const base = originIn(environment.DRAWBRIDGE_URL ?? "http://127.0.0.1:7071");
  const key = sendable("DRAWBRIDGE_KEY", environment.DRAWBRIDGE_KEY ?? "");
  /** Of Entra ID, where the app asks for one beside the key. */
  const token = sendable("DRAWBRIDGE_TOKEN", environment.DRAWBRIDGE_TOKEN ?? "");

  async function send(path: string, init: RequestInit = {}): Promise<Response> {
    const answer = await fetch(new URL(path, base), {
      ...init,
      headers: {
        "x-functions-key": key,
        ...(token === "" ? {} : { authorization: `Bearer ${token}` }),
      },
      signal: AbortSignal.timeout(timeoutMs),
      // A key goes to the app that was named, and nowhere else.
      redirect: "error",
    }).catch((error: unknown) => {
      throw new CannotRun(
        `${base} cannot be reached (${why(error)}); is the app running, and is DRAWBRIDGE_URL right?`,
      );
    });
    if (answer.status === 401)
      throw new CannotRun(
        `${base} refuses the key or the token; put the function key into DRAWBRIDGE_KEY, and a token of Entra ID into DRAWBRIDGE_TOKEN where one is asked for`,
      );
    return answer;
  }

  const unexpected = async (answer: Response) =>
    new CannotRun(`${base} answers ${answer.status}: ${(await answer.text()).slice(0, 500)}`);

  async function ask(path: string): Promise<unknown> {
    const answer = await send(path);
    if (!answer.ok) throw await unexpected(answer);
    return answer.json();
  }

  /** Every item of a listing, page after page. */
  async function* everyOf<T>(
    path: string,
    query: Readonly<Record<string, string>>,
    name: string,
  ): AsyncGenerator<T> {
    let continuation: string | undefined;
    do {
      const asked = new URLSearchParams({
        ...query,
        top: "1000",
        ...(continuation === undefined ? {} : { continuation }),
      });
      const page = (await ask(`${path}?${asked.toString()}`)) as Readonly<Record<string, unknown>>;
      yield* page[name] as T[];
      continuation = page.continuation as string | undefined;
    } while (continuation !== undefined);
  }

  return {
    addresses: (filter) => gathered(everyOf<ShownAddresses>("/api/addresses", filter, "addresses")),
    decisions: (filter) => everyOf<ShownEntry>("/api/decisions", filter, "decisions"),
    connections: (filter) => gathered(everyOf<ShownConnection>("/api/connections", filter, "connections")),
    addressHistory: (resource) =>
      gathered(everyOf<ShownChange>("/api/addresses/history", { resource }, "changes")),
    acknowledge: async (acknowledgement) => {
      const answer = await send("/api/addresses/acknowledge", {
        method: "POST",
        body: JSON.stringify(acknowledgement),
      });
      if (answer.ok) return { kind: "done", value: (await answer.json()) as { outcome: string } };
      if (![400, 403, 404, 409].includes(answer.status)) throw await unexpected(answer);
      const { title, detail } = (await answer.json()) as { title: string; detail?: string };
      return { kind: "refused", why: detail === undefined ? title : `${title}: ${detail}` };
    },
    latestDecision: async (connection) => {
      const [service = "", name] = connection.split(/\/privateEndpointConnections\//i);
      if (name === undefined)
        throw new CannotRun("--connection must be the ARM id of a private endpoint connection");
      const connections = await gathered(
        everyOf<ShownConnection>("/api/connections", { service }, "connections"),
      );
      const id = connections.find(
        (each) => each.connection.toLowerCase() === connection.toLowerCase(),
      )?.decisionId;
      if (id === undefined) return undefined;
      return (await ask(`/api/decisions/${encodeURIComponent(id)}`)) as {
        verdict: Verdict;
        trace: ExplainedRule[];
      };
    },
  };
}

function why(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  if (cause instanceof Error && "code" in cause && typeof cause.code === "string") return cause.code;
  return cause instanceof Error ? cause.message : String(cause);
}

/** All of what comes one by one. */
export async function gathered<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}
