import { readFileSync } from "node:fs";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Cron } from "croner";
import { answerEventGrid } from "./event-grid-trigger.ts";
import {
  provideFunctionsCore,
  type InvocationResponse,
  type RegisteredFunction,
  type RpcTypedData,
} from "./functions-core.ts";
import { answerHttp, httpFunctions } from "./http-trigger.ts";
import { describe, invoker, triggerOf, type Invoke } from "./invoke.ts";
import { allows, type Keys } from "./keys.ts";
import { drain, enqueue, queueNameOf, queues, type QueueConnection, type QueueSettings } from "./queue.ts";
import { startTimer, timerTrigger } from "./timer.ts";

export interface HostOptions {
  /** The folder with host.json and package.json, whose `main` is the app. */
  readonly app: string;
  readonly port: number;
  /** Of this machine; loopback where none is given. */
  readonly address?: string;
  readonly keys: Keys;
  readonly log: (line: string) => void;
}

export interface Host {
  readonly url: string;
  readonly functions: readonly string[];
  stop(): Promise<void>;
}

const bodyMax = 4 * 1024 * 1024;

/**
 * Runs a Functions app of the Node programming model v4 in this process: HTTP, Event Grid, timers and storage
 * queues. An app belongs to its process, so that a process runs one host.
 */
export async function startHost({ app, port, address = "127.0.0.1", keys, log }: HostOptions): Promise<Host> {
  const settings = readHostJson(app);
  const runtime = provideFunctionsCore(log);
  await import(pathToFileURL(join(app, mainOf(app))).href);
  const functions = runtime.functions;
  const invoke = invoker(runtime, log);
  const stop = new AbortController();
  const storage = queues();

  /** What a function gives out is written before its answer is: who is told that something was queued may look for it. */
  const run: Invoke = async (fn, trigger) => {
    const response = await invoke(fn, trigger);
    await writeOutputs(fn, response);
    return response;
  };

  async function writeOutputs(
    fn: RegisteredFunction,
    { outputData, returnValue }: InvocationResponse,
  ): Promise<void> {
    const outputs = [...(outputData ?? []), { name: "$return", data: returnValue }];
    for (const { name, data } of outputs) {
      const binding = fn.metadata.bindings[name];
      if (binding?.type !== "queue" || data === null || data === undefined) continue;
      const queue = await storage.client(connectionOf(binding.connection), String(binding.queueName));
      for (const text of messagesOf(data)) await enqueue(queue, text);
    }
  }

  const crons = new Map<string, Cron>();
  const draining: Promise<void>[] = [];
  for (const fn of functions.values()) {
    const { type, connection } = triggerOf(fn);
    if (type === "timerTrigger") crons.set(fn.metadata.name.toLowerCase(), startTimer(fn, resolve, run, log));
    if (type === "queueTrigger") {
      const queue = await storage.client(connectionOf(connection), queueNameOf(fn));
      const poison = await storage.client(connectionOf(connection), `${queueNameOf(fn)}-poison`);
      draining.push(
        drain(fn, { queue, poison, settings: settings.queues }, run, { signal: stop.signal, log }),
      );
    }
  }

  const routes = httpFunctions(functions.values(), settings.routePrefix);
  const server = createServer((raw, response) => {
    answer(raw, response).catch((error: unknown) => {
      log(`[error] ${describe(error)}`);
      response.writeHead(500).end();
    });
  });

  async function answer(raw: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(raw.url ?? "/", "http://127.0.0.1");
    const body = await bodyOf(raw);
    if (body === undefined) {
      response.writeHead(413).end();
      return;
    }
    const path = url.pathname.toLowerCase();
    if (path === "/runtime/webhooks/eventgrid") {
      const functionName = url.searchParams.get("functionName") ?? "";
      const eventType = String(raw.headers["aeg-event-type"] ?? "");
      const origin = String(raw.headers["webhook-request-origin"] ?? "");
      const request = { method: raw.method ?? "", functionName, eventType, origin, body };
      const runEvent = (fn: RegisteredFunction, event: unknown) =>
        run(fn, { data: { json: JSON.stringify(event) } });
      return answerEventGrid(functions, request, response, runEvent, log);
    }
    if (path.startsWith("/admin/functions/")) return answerAdmin(path, { raw, url }, response);
    if (!(await answerHttp(routes, { raw, url, body }, response, { keys, invoke: run, log })))
      response.writeHead(404).end();
  }

  /** Runs a timer by hand, with the master key. */
  function answerAdmin(
    path: string,
    request: { raw: IncomingMessage; url: URL },
    response: ServerResponse,
  ): void {
    const fn = functions.get(path.slice("/admin/functions/".length));
    const isTimer = fn !== undefined && triggerOf(fn).type === "timerTrigger";
    if (!allows("admin", request, keys) || !isTimer) {
      response.writeHead(isTimer ? 401 : 404).end();
      return;
    }
    response.writeHead(202).end();
    run(fn, timerTrigger(crons.get(fn.metadata.name.toLowerCase()))).catch((error: unknown) => {
      log(`[error] ${fn.metadata.name}: ${describe(error)}`);
    });
  }

  await new Promise<void>((listening, failed) => {
    server.once("error", failed);
    server.listen(port, address, listening);
  });
  return {
    url: `http://${address}:${(server.address() as AddressInfo).port}`,
    functions: [...functions.values()].map(({ metadata }) => metadata.name),
    stop: async () => {
      stop.abort();
      for (const cron of crons.values()) cron.stop();
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
      await Promise.all(draining);
    },
  };
}

/** `%NAME%` in a binding stands for a setting. */
function resolve(text: string): string {
  return text.replaceAll(/%(\w+)%/g, (_, name: string) => setting(name));
}

function setting(name: unknown): string {
  const value = process.env[String(name)];
  if (value === undefined) throw new Error(`the setting ${String(name)}, which a binding names, is missing`);
  return value;
}

/** A connection by its prefix: a connection string, or the address of the queues and the identity that may use them. */
function connectionOf(name: unknown): QueueConnection {
  const prefix = String(name);
  const queueServiceUri = process.env[`${prefix}__queueServiceUri`];
  if (queueServiceUri === undefined) return { connectionString: setting(prefix) };
  const clientId = process.env[`${prefix}__clientId`];
  return { queueServiceUri, ...(clientId === undefined ? {} : { clientId }) };
}

/** An array becomes a message each. */
function messagesOf({ string, json }: RpcTypedData): string[] {
  if (json === undefined) return string === undefined ? [] : [string];
  const value: unknown = JSON.parse(json);
  return Array.isArray(value)
    ? value.map((each) => (typeof each === "string" ? each : JSON.stringify(each)))
    : [json];
}

function readHostJson(app: string): { routePrefix: string; queues: QueueSettings } {
  const { extensions = {} } = JSON.parse(readFileSync(join(app, "host.json"), "utf8")) as {
    extensions?: { http?: { routePrefix?: string }; queues?: Record<string, unknown> };
  };
  const { batchSize = 16, maxDequeueCount = 5, visibilityTimeout = "00:00:00" } = extensions.queues ?? {};
  const [hours = 0, minutes = 0, seconds = 0] = String(visibilityTimeout).split(":").map(Number);
  return {
    routePrefix: extensions.http?.routePrefix ?? "api",
    queues: {
      batchSize: Number(batchSize),
      maxDequeueCount: Number(maxDequeueCount),
      visibilityTimeoutMs: ((hours * 60 + minutes) * 60 + seconds) * 1000,
    },
  };
}

function mainOf(app: string): string {
  return (JSON.parse(readFileSync(join(app, "package.json"), "utf8")) as { main: string }).main;
}

/** A request's body; undefined where it is larger than any that is meant for us. */
async function bodyOf(raw: IncomingMessage): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of raw as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > bodyMax) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
