import { pageMax } from "../lib/page.ts";
import type { Answer } from "../functions/http/answers.ts";
import { appClient, type AppClient } from "./app-client.ts";
import type { Terminal } from "./command.ts";

export type AddressSet = Answer<"AddressSet">;
export type Unobserved = NonNullable<Answer<"Addresses">["unobserved"]>[number];
export type AddressChange = Answer<"AddressChange">;
/** The whole entry, whatever its type names: its hash covers all of it. */
export type Entry = Answer<"Entry">;

type Filter = Readonly<Record<string, string | undefined>>;

/**
 * The running app, as commands use it. A service or connection is named by its ARM id, or by its name where only one
 * has it.
 */
export interface App {
  serviceTags(): Promise<Answer<"ServiceTags">>;
  /** Address sets, and the resources whose addresses the list lacks because they were never observed. */
  addresses(
    filter: Filter,
  ): Promise<{ readonly sets: readonly AddressSet[]; readonly unobserved: readonly Unobserved[] }>;
  /** Entries as their pages arrive; newest first, unless the filter names another order. */
  decisions(filter: Filter): AsyncIterable<Entry>;
  /** What the app finds out about its rights, settings and event paths; takes up to a minute. */
  doctor(): Promise<Answer<"Doctor">>;
  /** Newest first, as their pages arrive. */
  connections(filter: Filter): AsyncIterable<Answer<"Connection">>;
  /** What waits for a person, and how much waits for something else. */
  held(filter: Filter): Promise<Answer<"Held">>;
  /** Newest first, as their pages arrive. */
  alerts(filter: Filter): AsyncIterable<ListedAlert>;
  /** Also of an app that has problems. */
  health(): Promise<Answer<"HealthDetails">>;
  /** The results of a small scope, or the id of the reevaluation of a larger one. */
  reevaluate(request: object): Promise<Answer<"Reevaluated"> | Answer<"ReevaluationStarted">>;
  reevaluation(id: string): Promise<Answer<"ReevaluationStatus">>;
  policy(): Promise<Answer<"Policy">>;
  /** Oldest first. */
  addressHistory(resource: string): Promise<readonly AddressChange[]>;
  /** @throws {Refused} where the app does not accept the addresses */
  acknowledge(acknowledgement: object): Promise<Answer<"Acknowledged">>;
  /** @throws {Refused} where the decision is not followed */
  decide(decision: object): Promise<Answer<"PersonalDecision">>;
  /** The record of a connection; undefined where there is none. */
  connection(connection: string): Promise<Answer<"Connection"> | undefined>;
  /** The latest decision about a connection; undefined where there is none. */
  latestDecision(connection: string): Promise<Entry | undefined>;
}

export type ListedAlert = Answer<"Alerts">["alerts"][number];

/** Longer than the app takes. */
const doctorTimeoutMs = 75_000;
const decideTimeoutMs = 150_000;
/** Azure's load balancer drops a request after 230 s. */
const reevaluateTimeoutMs = 240_000;

/** @throws {CannotRun} where the environment names no usable address or key */
export function appAt(terminal: Pick<Terminal, "environment" | "fetch">): App {
  const client = appClient(terminal);
  const connections = (filter: Filter) =>
    everyOf<Answer<"Connection">>(client, "connections", filter, "connections");
  const decisions = (filter: Filter) => everyOf<Entry>(client, "decisions", filter, "decisions");
  return {
    connections,
    held: async (filter) => {
      const held: Answer<"Connection">[] = [];
      let last: Answer<"Held"> | undefined;
      for await (const page of pagesOf<Answer<"Held">>(client, "held", filter)) {
        held.push(...page.held);
        last = page;
      }
      if (last === undefined) throw new Error("a list without a page");
      const { continuation: _, ...rest } = last;
      return { ...rest, held };
    },
    alerts: (filter) => everyOf(client, "alerts", filter, "alerts"),
    health: async () => (await client.get("/api/health/details", { accept: 503 })) as Answer<"HealthDetails">,
    reevaluate: async (request) =>
      (await client.post("/api/reevaluate", request, reevaluateTimeoutMs)) as Answer<"Reevaluated">,
    reevaluation: async (id) =>
      (await client.get(`/api/reevaluations/${encodeURIComponent(id)}`)) as Answer<"ReevaluationStatus">,
    doctor: async () => (await client.get("/api/doctor", { timeoutMs: doctorTimeoutMs })) as Answer<"Doctor">,
    policy: async () => (await client.get("/api/policy")) as Answer<"Policy">,
    serviceTags: async () => (await client.get("/api/addresses/service-tags")) as Answer<"ServiceTags">,
    addresses: async (filter) => {
      const pages = await gathered(pagesOf<Answer<"Addresses">>(client, "addresses", filter));
      return {
        sets: pages.flatMap((page) => page.addresses),
        unobserved: pages.flatMap((page) => page.unobserved ?? []),
      };
    },
    decisions,
    addressHistory: (resource) => gathered(everyOf(client, "addresses/history", { resource }, "changes")),
    acknowledge: async (acknowledgement) =>
      (await client.post("/api/addresses/acknowledge", acknowledgement)) as Answer<"Acknowledged">,
    decide: async (decision) =>
      // A review reads Azure several times.
      (await client.post("/api/connections/decide", decision, decideTimeoutMs)) as Answer<"PersonalDecision">,
    connection: (connection) => firstOf(connections({ connection, top: "1" })),
    latestDecision: (connection) => firstOf(decisions({ connection, kind: "decision", top: "1" })),
  };
}

async function firstOf<T>(items: AsyncIterable<T>): Promise<T | undefined> {
  for await (const item of items) return item;
  return undefined;
}

/** Every item of a listing, page after page. */
async function* everyOf<T>(client: AppClient, path: string, filter: Filter, name: string): AsyncGenerator<T> {
  for await (const page of pagesOf<Readonly<Record<string, unknown>>>(client, path, filter))
    yield* page[name] as T[];
}

async function* pagesOf<P extends object>(
  client: AppClient,
  path: string,
  filter: Filter,
): AsyncGenerator<P> {
  for (let query = filter; ;) {
    const page = (await client.get(`/api/${path}?${queryOf(query)}`)) as P;
    yield page;
    if (!("continuation" in page) || typeof page.continuation !== "string") return;
    query = { ...filter, continuation: page.continuation };
  }
}

function queryOf(filter: Filter): string {
  return new URLSearchParams({ top: String(pageMax), ...definedIn(filter) }).toString();
}

function definedIn(filter: Filter): Record<string, string> {
  return Object.fromEntries(
    Object.entries(filter).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
}

/** All items of an asynchronous sequence, or the first so many of them. */
export async function gathered<T>(items: AsyncIterable<T>, max = Infinity): Promise<T[]> {
  const all: T[] = [];
  for await (const item of items) {
    if (all.length >= max) break;
    all.push(item);
  }
  return all;
}
