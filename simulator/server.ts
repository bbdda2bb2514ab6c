import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { ArmResponse } from "./arm/response.ts";
import { handleArm } from "./arm/arm.ts";
import { setSubscriptionState } from "./api-management/subscription-state.ts";
import { startClock } from "./clock.ts";
import { eventGrid, type EventGrid } from "./event-grid/event-grid.ts";
import { faults, type Faults } from "./faults/faults.ts";
import { seeded } from "./random.ts";
import type { ProviderContext } from "./arm/request.ts";
import { resourceGraph, type ResourceGraph } from "./resource-graph/resource-graph.ts";
import { throttle, type Throttle } from "./arm/throttle.ts";
import { untidyEdge, type Untidiness, type UntidyEdge } from "./faults/untidy-edge.ts";
import type { World } from "./estate/world.ts";

/** A request that the simulator received, for tests that count calls. */
interface Seen {
  readonly method: string;
  readonly path: string;
  readonly principal: string;
  /** Undefined while the request is in progress, and if it never got a response. */
  status?: number;
}

export interface Simulator {
  readonly url: string;
  readonly world: World;
  readonly events: EventGrid;
  readonly graph: ResourceGraph;
  readonly faults: Faults;
  readonly seen: readonly Seen[];
  /** Suspends a subscription, or reinstates it, as Azure does when a bill is not paid and when it is. */
  setSubscriptionState(id: string, state: "Enabled" | "Warned" | "Disabled"): void;
  /** Moves Azure time forward at once, for operations, quotas and everything else that takes time. */
  advance(ms: number): void;
  stop(): Promise<void>;
}

export interface SimulatorOptions {
  readonly port?: number;
  /** Seconds of Azure time in one second of real time. Everything takes less time, and responses look the same. */
  readonly speed?: number;
  /**
   * Varies the duration of operations around the recorded one; without a seed they take exactly as long as recorded.
   */
  readonly seed?: number;
  /**
   * What happens to a write to a service that is Updating: 409, or a place in a queue. Azure was observed doing
   * neither.
   */
  readonly whileUpdating?: ProviderContext["whileUpdating"];
  /**
   * Where operations are polled: below the connection or service that they change (the default, as recorded), or
   * elsewhere.
   */
  readonly pollAt?: ProviderContext["pollAt"];
  /** How far Resource Graph lags behind. */
  readonly graphLagMs?: number;
  /** Changes responses in ways in which Azure's may differ from what is expected. */
  readonly untidy?: Untidiness;
}

/** Starts a local Azure over HTTP, on a free port of this machine. */
export async function startSimulator(world: World, options: SimulatorOptions = {}): Promise<Simulator> {
  const { port = 0, speed, seed, whileUpdating = "refuse", pollAt, graphLagMs } = options;
  const clock = startClock(speed);
  const events = eventGrid(world, clock);
  const graph = resourceGraph(world, clock, graphLagMs);
  const random = seed === undefined ? undefined : seeded(seed);
  const context = { world, graph, emit: events.emit, clock, random, whileUpdating, pollAt };
  const scripted = faults();
  const seen: Seen[] = [];
  const edge = untidyEdge(options.untidy);
  const server = createServer(listener({ context, faults: scripted, throttle: throttle(clock), edge, seen }));
  await new Promise<void>((listening, failed) => {
    server.once("error", failed);
    server.listen(port, "127.0.0.1", listening);
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    world,
    events,
    graph,
    faults: scripted,
    seen,
    setSubscriptionState: (id, state) => {
      setSubscriptionState({ world }, id, state);
    },
    advance: (ms) => {
      clock.advance(ms);
    },
    stop: async () => {
      events.stop();
      clock.stop();
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
    },
  };
}

interface Pipeline {
  readonly context: Parameters<typeof handleArm>[0];
  readonly faults: Faults;
  readonly throttle: Throttle;
  readonly edge: UntidyEdge;
  readonly seen: Seen[];
}

/** Sends each request through the pipeline: scripted fault, throttle, ARM, untidy response. */
function listener({ context, faults: scripted, throttle: throttled, edge, seen }: Pipeline): RequestListener {
  async function serve(raw: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = "GET" } = raw;
    const url = new URL(raw.url ?? "/", "https://management.azure.com");
    const path = url.pathname;
    const { authorization } = raw.headers;
    const principal = context.world.principals.get(authorization?.replace("Bearer ", "") ?? "")?.name ?? "?";
    const entry: Seen = { method, path, principal };
    seen.push(entry);
    const body = await readJson(raw);
    const fault = scripted.apply(method, path);
    if (fault?.kind === "hang") return;
    if (fault?.kind === "reset" && !fault.applied) return void raw.socket.destroy();
    const allowance = fault?.kind === "answer" ? {} : throttled.take(principal, path, method);
    const request = { method, path, query: url.searchParams, body, authorization };
    const truthful =
      fault?.kind === "answer" ? fault.answer : (allowance.refusal ?? handleArm(context, request));
    const sent = edge.alter(principal, `${method} ${path} ${JSON.stringify(body)}`, truthful);
    if (fault?.kind === "reset") return void raw.socket.destroy();
    entry.status = sent.status;
    send(response, { ...sent, headers: { ...allowance.headers, ...sent.headers } });
  }
  return (request, response) => {
    serve(request, response).catch((error: unknown) => {
      console.error("simulator:", error);
      response.destroy();
    });
  };
}

function send(response: ServerResponse, { status, body, text, headers = {} }: ArmResponse): void {
  response.writeHead(status, { "content-type": "application/json; charset=utf-8", ...headers });
  response.end(text ?? (body === undefined ? undefined : JSON.stringify(body)));
}

/** The JSON body of a request; undefined if it is empty or malformed. */
async function readJson(raw: IncomingMessage): Promise<unknown> {
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
