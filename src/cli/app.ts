import type { ExplainedRule } from "../lib/policy/explain.ts";
import type { Verdict } from "../lib/policy/verdict.ts";
import { CannotRun, type Terminal } from "./command.ts";

export interface App {
  /** The latest decision about a connection; undefined where there is none. */
  latestDecision(
    connection: string,
  ): Promise<{ verdict: Verdict; trace: readonly ExplainedRule[] } | undefined>;
}

const timeoutMs = 10_000;

/** The running app, over its HTTP API. */
export function appAt({ environment, fetch }: Pick<Terminal, "environment" | "fetch">): App {
  const base = environment.DRAWBRIDGE_URL ?? "http://127.0.0.1:7071";
  const key = environment.DRAWBRIDGE_KEY ?? "";

  async function ask(path: string): Promise<unknown> {
    const answer = await fetch(new URL(path, base), {
      headers: { "x-functions-key": key },
      signal: AbortSignal.timeout(timeoutMs),
      // A key goes to the app that was named, and nowhere else.
      redirect: "error",
    }).catch((error: unknown) => {
      throw new CannotRun(
        `${base} cannot be reached (${why(error)}); is the app running, and is DRAWBRIDGE_URL right?`,
      );
    });
    if (answer.status === 401)
      throw new CannotRun(`${base} refuses the key; put the function key into DRAWBRIDGE_KEY`);
    if (!answer.ok)
      throw new CannotRun(`${base} answers ${answer.status}: ${(await answer.text()).slice(0, 500)}`);
    return answer.json();
  }

  return {
    latestDecision: async (connection) => {
      const [service = "", name] = connection.split(/\/privateEndpointConnections\//i);
      if (name === undefined)
        throw new CannotRun("--connection must be the ARM id of a private endpoint connection");
      const query = new URLSearchParams({ service, top: "1000" });
      const { connections } = (await ask(`/api/connections?${query.toString()}`)) as {
        readonly connections: readonly { readonly connection: string; readonly decisionId?: string }[];
      };
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
