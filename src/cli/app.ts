import { pageMax } from "../lib/page.ts";
import type { Answer } from "../functions/http/answers.ts";
import type { ExplainedRule } from "../lib/policy/evaluate/explain.ts";
import type { Verdict } from "../lib/policy/evaluate/verdict.ts";
import { appClient, type AppClient } from "./app-client.ts";
import type { Terminal } from "./command.ts";
import { UsageError } from "./exit-codes.ts";

export type AddressSet = Answer<"AddressSet">;
export type AddressChange = Answer<"AddressChange">;
/** The whole entry, whatever its type names: its hash covers all of it. */
export type Entry = Answer<"Entry">;

type Filter = Readonly<Record<string, string | undefined>>;

/** The running app, as commands use it. */
export interface App {
  addresses(filter: Filter): Promise<readonly AddressSet[]>;
  /** Entries as their pages arrive. */
  decisions(filter: Filter): AsyncIterable<Entry>;
  /** What the app finds out about its rights, settings and event paths; takes up to a minute. */
  doctor(): Promise<Answer<"Doctor">>;
  connections(filter: Filter): Promise<readonly Answer<"Connection">[]>;
  /** Oldest first. */
  addressHistory(resource: string): Promise<readonly AddressChange[]>;
  /** @throws {Refused} where the app does not accept the addresses */
  acknowledge(acknowledgement: object): Promise<Answer<"Acknowledged">>;
  /** @throws {Refused} where the decision is not followed */
  decide(decision: object): Promise<Answer<"PersonalDecision">>;
  /** The latest decision about a connection; undefined where there is none. */
  latestDecision(
    connection: string,
  ): Promise<{ verdict: Verdict; trace: readonly ExplainedRule[] } | undefined>;
}

/** Longer than the app takes. */
const doctorTimeoutMs = 75_000;
const decideTimeoutMs = 150_000;

/** @throws {CannotRun} where the environment names no usable address or key */
export function appAt(terminal: Pick<Terminal, "environment" | "fetch">): App {
  const client = appClient(terminal);
  const connections = (filter: Filter) =>
    gathered(everyOf<Answer<"Connection">>(client, "connections", filter, "connections"));
  return {
    connections,
    doctor: async () => (await client.get("/api/doctor", doctorTimeoutMs)) as Answer<"Doctor">,
    addresses: (filter) => gathered(everyOf(client, "addresses", filter, "addresses")),
    decisions: (filter) => everyOf(client, "decisions", filter, "decisions"),
    addressHistory: (resource) => gathered(everyOf(client, "addresses/history", { resource }, "changes")),
    acknowledge: async (acknowledgement) =>
      (await client.post("/api/addresses/acknowledge", acknowledgement)) as Answer<"Acknowledged">,
    decide: async (decision) =>
      // A review reads Azure several times.
      (await client.post("/api/connections/decide", decision, decideTimeoutMs)) as Answer<"PersonalDecision">,
    latestDecision: async (connection) => {
      const [service, name] = connection.split(/\/privateEndpointConnections\//i);
      if (name === undefined)
        throw new UsageError("--connection must be the ARM id of a private endpoint connection");
      const found = (await connections({ service })).find(
        (each) => each.connection.toLowerCase() === connection.toLowerCase(),
      );
      if (found?.decisionId === undefined) return undefined;
      const path = `/api/decisions/${encodeURIComponent(found.decisionId)}`;
      return (await client.get(path)) as { verdict: Verdict; trace: ExplainedRule[] };
    },
  };
}

/** Every item of a listing, page after page. */
async function* everyOf<T>(client: AppClient, path: string, filter: Filter, name: string): AsyncGenerator<T> {
  const query = new URLSearchParams({ ...definedIn(filter), top: String(pageMax) });
  for (;;) {
    const page = (await client.get(`/api/${path}?${query.toString()}`)) as Readonly<Record<string, unknown>>;
    yield* page[name] as T[];
    if (typeof page.continuation !== "string") return;
    query.set("continuation", page.continuation);
  }
}

function definedIn(filter: Filter): Record<string, string> {
  return Object.fromEntries(
    Object.entries(filter).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
}

/** All items of an asynchronous sequence. */
export async function gathered<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}
