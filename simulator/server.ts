import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Answer } from "./answer.ts";
import { answerArm } from "./arm.ts";
import { setSubscriptionState } from "./change-service.ts";
import { eventGrid, type EventGrid } from "./event-grid.ts";
import { faults, type Faults } from "./faults.ts";
import { throttle } from "./throttle.ts";
import { resourceGraph, type ResourceGraph } from "./resource-graph.ts";
import type { World } from "./world.ts";

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
  /** Lets time pass for its quotas, for those who cannot wait. */
  pass(ms: number): void;
  stop(): Promise<void>;
}

/** A local Azure over HTTP, on a free port of this machine. */
export async function startSimulator(world: World, port = 0): Promise<Simulator> {
  const events = eventGrid(world);
  const graph = resourceGraph(world);
  const failing = faults();
  let passed = 0;
  const throttled = throttle(() => performance.now() + passed);
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
      fault?.kind === "answer"
        ? fault.answer
        : (allowance.refusal ?? answerArm({ world, graph, emit: events.emit }, request));
    const answer = { ...given, headers: { ...allowance.headers, ...given.headers } };
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
      passed += ms;
    },
    stop: async () => {
      events.stop();
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
    },
  };
}

function send(response: ServerResponse, { status, body, headers = {} }: Answer): void {
  response.writeHead(status, { "content-type": "application/json; charset=utf-8", ...headers });
  response.end(body === undefined ? undefined : JSON.stringify(body));
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
