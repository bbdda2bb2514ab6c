import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Answer } from "./arm/answer.ts";
import { answerArm } from "./arm/arm.ts";
import { setSubscriptionState } from "./api-management/change-service.ts";
import { startClock } from "./clock.ts";
import { eventGrid, type EventGrid } from "./event-grid/event-grid.ts";
import { faults, type Faults } from "./arm/faults.ts";
import { seeded } from "./random.ts";
import type { Provider } from "./arm/request.ts";
import { resourceGraph, type ResourceGraph } from "./resource-graph/resource-graph.ts";
import { throttle } from "./arm/throttle.ts";
import { untidyEdge, type Untidiness } from "./arm/untidy-edge.ts";
import type { World } from "./estate/world.ts";

/** A request that the simulator saw, for those who count calls. */
export interface Seen {
  readonly method: string;
  readonly path: string;
  readonly principal: string;
  /** Undefined while it is under way, and for one that was never answered. */
  status?: number;
}

export interface Simulator {
  readonly url: string;
  readonly world: World;
  readonly events: EventGrid;
  readonly graph: ResourceGraph;
  readonly faults: Faults;
  readonly seen: readonly Seen[];
  /** What Azure does to a subscription that is not paid, and when it is. */
  setSubscriptionState(id: string, state: "Enabled" | "Warned" | "Disabled"): void;
  /** Lets Azure's time pass, for those who cannot wait: for operations, quotas and everything else that takes its time. */
  pass(ms: number): void;
  stop(): Promise<void>;
}

export interface SimulatorOptions {
  readonly port?: number;
  /** How many seconds pass on Azure in one of ours: everything takes so much less time, and nothing looks different. */
  readonly speed?: number;
  /** Draws how long operations take, around what was recorded; without it they take exactly that. */
  readonly seed?: number;
  /** What a write meets at a service that is Updating: 409, or its turn. Azure was not seen doing either. */
  readonly whileUpdating?: Provider["whileUpdating"];
  /** How far Resource Graph is behind. */
  readonly graphLagMs?: number;
  /** Changes answers in ways in which Azure's may be other than expected. */
  readonly untidy?: Untidiness;
}

/** A local Azure over HTTP, on a free port of this machine. */
export async function startSimulator(world: World, options: SimulatorOptions = {}): Promise<Simulator> {
  const { port = 0, speed, seed, whileUpdating = "refuse", graphLagMs } = options;
  const clock = startClock(speed);
  const events = eventGrid(world, clock);
  const graph = resourceGraph(world, clock, graphLagMs);
  const random = seed === undefined ? undefined : seeded(seed);
  const provider = { world, graph, emit: events.emit, clock, random, whileUpdating };
  const failing = faults();
  const throttled = throttle(clock);
  const edge = untidyEdge(options.untidy);
  const seen: Seen[] = [];
  const server = createServer((request, response) => {
    serve(request, response).catch((error: unknown) => {
      console.error("simulator:", error);
      response.destroy();
    });
  });

  async function serve(raw: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = "GET" } = raw;
    const url = new URL(raw.url ?? "/", "https://management.azure.com");
    const { authorization } = raw.headers;
    const principal = world.principals.get(authorization?.replace("Bearer ", "") ?? "")?.name ?? "?";
    const entry: Seen = { method, path: url.pathname, principal };
    seen.push(entry);
    const body = await bodyOf(raw);
    const fault = failing.strike(method, url.pathname);
    if (fault?.kind === "hang") return;
    if (fault?.kind === "reset" && !fault.applied) return void raw.socket.destroy();
    const request = { method, path: url.pathname, query: url.searchParams, body, authorization };
    const allowance = fault?.kind === "answer" ? {} : throttled.take(principal, url.pathname, method);
    const given =
      fault?.kind === "answer" ? fault.answer : (allowance.refusal ?? answerArm(provider, request));
    const told = edge.leave(principal, `${method} ${url.pathname} ${JSON.stringify(body)}`, given);
    const answer = { ...told, headers: { ...allowance.headers, ...told.headers } };
    if (fault?.kind === "reset") return void raw.socket.destroy();
    entry.status = answer.status;
    send(response, answer);
  }

  await new Promise<void>((listening, failed) => {
    server.once("error", failed);
    server.listen(port, "127.0.0.1", listening);
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    world,
    events,
    graph,
    faults: failing,
    seen,
    setSubscriptionState: (id, state) => {
      setSubscriptionState({ world }, id, state);
    },
    pass: (ms) => {
      clock.pass(ms);
    },
    stop: async () => {
      events.stop();
      clock.stop();
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
    },
  };
}

function send(response: ServerResponse, { status, body, text, headers = {} }: Answer): void {
  response.writeHead(status, { "content-type": "application/json; charset=utf-8", ...headers });
  response.end(text ?? (body === undefined ? undefined : JSON.stringify(body)));
}

async function bodyOf(raw: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  for await (const chunk of raw as AsyncIterable<Buffer>) chunks.push(chunk);
  const text = Buffer.concat(chunks).toString();
  try {
    return text === "" ? undefined : (JSON.parse(text) as unknown);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
