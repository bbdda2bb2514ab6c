import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { arm } from "../../../src/lib/azure/arm.ts";
import { armClients, type ArmClients } from "../../../src/lib/azure/arm-clients.ts";
import { parseConnectionId, parseEndpointId } from "../../../src/lib/azure/resource-id.ts";
import type { Azure } from "../../../src/lib/connections/azure-connections.ts";
import { factsOf } from "../../../src/lib/connections/facts/fact-sources.ts";
import { readSnapshot } from "../../../src/lib/connections/facts/read-snapshot.ts";
import type { Read } from "../../../src/lib/estate/read.ts";
import { jsonLog } from "../../../src/lib/log.ts";
import type { Facts } from "../../../src/lib/policy/values/fact.ts";
import { connectionId, endpointId, ownId } from "./shapes.ts";
import { onSimulator } from "../../../src/azure-or-simulator.ts";

/** `counted` is of the endpoints behind the service's Approved connections. */
export type AnswerRead =
  "connection" | "service" | "list" | "endpoint" | "counted" | "network" | "graph" | "zones";

export interface Reply {
  readonly status: number;
  readonly text: string;
}

export type Replies = Readonly<Record<AnswerRead, Reply>>;

export function reply(body: unknown, status = 200): Reply {
  return { status, text: JSON.stringify(body) };
}

/** Reads everything that a review's verdict rests on, over the wire, with the real clients. */
export interface Judging {
  /** The facts with these answers replaced; undefined if nothing is decided at all. */
  facts(changed: Partial<Replies>): Promise<Facts | undefined>;
  zones(changed: Partial<Replies>): Promise<Read<readonly string[]>>;
  stop(): Promise<void>;
}

export const clock = { now: () => new Date("2026-11-24T12:00:00Z") };
const silent = jsonLog(() => {}, clock);

/**
 * Serves these answers, with replacements per question. Questions may run concurrently. `readers` are those of the app
 * unless a test passes others.
 */
export async function startJudging(
  usual: Replies,
  readers: (azure: Azure) => Azure = (azure) => azure,
): Promise<Judging> {
  const replies: Replies[] = [];
  const remembered = new Map<string, unknown>();
  const server = answering((place) => replies[place]);
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  /** Clients are slower to create than to use: each slot on the server has its own, used by one question at a time. */
  const free: { readonly place: number; readonly clients: ArmClients }[] = [];
  const placeOf = (place: number) => ({ place, clients: armClients(onSimulator(`${url}/${place}`).arm) });

  /** Azure with these answers replaced. Reads of unchanged answers are reused. */
  async function within<T>(changed: Partial<Replies>, work: (azure: Azure) => Promise<T>): Promise<T> {
    const taken = free.pop() ?? placeOf(replies.length);
    replies[taken.place] = { ...usual, ...changed };
    try {
      return await work(readers(memoizeReads(arm(taken.clients, silent, clock), remembered, changed)));
    } finally {
      free.push(taken);
    }
  }

  const ids = { connection: parseConnectionId(connectionId), endpoint: parseEndpointId(endpointId) };
  return {
    facts: (changed) =>
      within(changed, async (azure) => {
        if (ids.connection === undefined) throw new Error("the shapes name no connection");
        const connection = await azure.connection(ids.connection);
        // A connection that cannot be read, or is not Pending, is never written to.
        if (connection.kind === "unknown" || connection.value.state !== "Pending") return undefined;
        return factsOf(await readSnapshot({ azure, clock }, connection.value, [], { networks: true }));
      }),
    zones: (changed) =>
      within(changed, (azure) => {
        if (ids.endpoint === undefined) throw new Error("the shapes name no endpoint");
        return azure.dnsZones(ids.endpoint);
      }),
    stop: async () => {
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
    },
  };
}

function answering(repliesAt: (place: number) => Replies | undefined): Server {
  return createServer((request, response) => {
    const [, place = "", ...path] = (request.url ?? "").split("/");
    const { status, text: written } = repliesAt(Number(place))?.[answerAt(path.join("/"))] ?? {
      status: 500,
      text: "",
    };
    const text = written.replaceAll(ownId, `/${path.join("/").replace(/\?.*/, "")}`);
    const type = text.startsWith("<") ? "text/html" : "application/json; charset=utf-8";
    // Longer than a read waits, so a throttled read ends at once.
    const headers = status === 429 ? { "retry-after": "3600" } : {};
    request
      .resume()
      .on("end", () => response.writeHead(status, { "content-type": type, ...headers }).end(text));
  });
}

/** The answer for a path: the first whose pattern matches. */
const paths: readonly (readonly [RegExp, AnswerRead])[] = [
  [/\/privatednszonegroups/i, "zones"],
  [/\/privateendpoints\/pe-one\b/i, "endpoint"],
  [/\/privateendpoints\//i, "counted"],
  [/\/virtualnetworks\//i, "network"],
  [/microsoft\.resourcegraph\//i, "graph"],
  [/\/privateendpointconnections\/./i, "connection"],
  [/\/privateendpointconnections/i, "list"],
  [/\/service\//i, "service"],
];

function answerAt(path: string): AnswerRead {
  const found = paths.find(([pattern]) => pattern.test(path));
  if (found === undefined) throw new Error(`nothing answers ${path}`);
  return found[1];
}

/** The same Azure, with reads of unchanged answers made only once. */
function memoizeReads(azure: Azure, known: Map<string, unknown>, changed: Partial<Replies>): Azure {
  const once =
    <Asked extends readonly unknown[], T>(
      rests: readonly AnswerRead[],
      read: (...asked: Asked) => Promise<T>,
    ) =>
    async (...of: Asked): Promise<T> => {
      if (rests.some((each) => changed[each] !== undefined)) return read(...of);
      const key = JSON.stringify([rests, of]);
      const found = (known.get(key) as T | undefined) ?? (await read(...of));
      if (Object.keys(changed).length === 0) known.set(key, found);
      return found;
    };
  return {
    ...azure,
    connection: once(["connection"], (id) => azure.connection(id)),
    service: once(["service", "list"], (id) => azure.service(id)),
    endpoint: once(["endpoint", "counted"], (id) => azure.endpoint(id)),
    network: once(["network"], (id) => azure.network(id)),
    subscriptions: once(["graph"], (ids, fresh) => azure.subscriptions(ids, fresh)),
  };
}
