import { readFileSync } from "node:fs";
import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { isAdminPath, runTimerNow } from "./admin.ts";
import { answerEventGrid } from "./event-grid-trigger.ts";
import { provideFunctionsCore, type RegisteredFunction } from "./functions-core.ts";
import { readHostJson } from "./host-json.ts";
import { answerHttp, httpFunctions } from "./http-trigger.ts";
import { describe, invoker, type Invoke } from "./invoke.ts";
import type { Keys } from "./keys.ts";
import { writeOutputs } from "./outputs.ts";
import { queueClients } from "./queue.ts";
import { startTriggers, type Triggers } from "./triggers.ts";

export interface HostOptions {
  /** The folder with host.json and package.json, whose `main` is the app. */
  readonly app: string;
  readonly port: number;
  /** The IP address of this machine to listen on; loopback by default. */
  readonly address?: string;
  readonly keys: Keys;
  /** Who sends every request, as App Service authentication would say in a header; by default it is not switched on. */
  readonly principal?: string;
  readonly log: (line: string) => void;
}

export interface Host {
  readonly url: string;
  readonly functions: readonly string[];
  stop(): Promise<void>;
}

const bodyMaxBytes = 4 * 1024 * 1024;

/**
 * Runs a Functions app of the Node programming model v4 in this process: HTTP, Event Grid, timers and storage queues.
 * An app registers its functions with its process, so a process runs one host.
 */
export async function startHost({
  app,
  port,
  address = "127.0.0.1",
  keys,
  principal,
  log,
}: HostOptions): Promise<Host> {
  const settings = readHostJson(app);
  const runtime = provideFunctionsCore(log);
  await import(pathToFileURL(join(app, mainOf(app))).href);
  const { functions } = runtime;
  const queues = queueClients();
  const invokeOnly = invoker(runtime, log);
  // Outputs are written before the HTTP response is sent: a caller that reads "queued" may look for the message at
  // once.
  const invoke: Invoke = async (fn, trigger) => {
    const response = await invokeOnly(fn, trigger);
    await writeOutputs(queues, fn, response);
    return response;
  };
  const triggers = await startTriggers(functions.values(), {
    queues,
    settings: settings.queues,
    invoke,
    log,
  });
  const { routePrefix } = settings;
  const server = createServer(listener({ functions, routePrefix, triggers, keys, principal, invoke, log }));
  await new Promise<void>((listening, failed) => {
    server.once("error", failed);
    server.listen(port, address, listening);
  });
  return {
    url: `http://${address}:${(server.address() as AddressInfo).port}`,
    functions: [...functions.values()].map(({ metadata }) => metadata.name),
    stop: async () => {
      const triggersEnd = triggers.stop();
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
      await triggersEnd;
    },
  };
}

interface RunningApp {
  readonly functions: ReadonlyMap<string, RegisteredFunction>;
  readonly routePrefix: string;
  readonly triggers: Triggers;
  readonly keys: Keys;
  readonly principal: string | undefined;
  readonly invoke: Invoke;
  readonly log: (line: string) => void;
}

/** Routes a request to the Event Grid endpoint, the admin API or an HTTP function. */
function listener({
  functions,
  routePrefix,
  triggers,
  keys,
  principal,
  invoke,
  log,
}: RunningApp): RequestListener {
  const routes = httpFunctions(functions.values(), routePrefix);

  async function answer(raw: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(raw.url ?? "/", "http://127.0.0.1");
    const body = await readBody(raw);
    if (body === undefined) {
      response.writeHead(413).end();
      return;
    }
    // App Service replaces the header that a client sends, too.
    if (principal !== undefined) raw.headers["x-ms-client-principal"] = principal;
    const request = { raw, url, body };
    if (principal !== undefined && url.pathname.toLowerCase() === signInPath)
      return answerSignIn(url, response);
    if (url.pathname.toLowerCase() === "/runtime/webhooks/eventgrid")
      return answerEventGrid(request, response, { functions, invoke, log });
    if (isAdminPath(url.pathname))
      return runTimerNow(request, response, { functions, timers: triggers.timers, keys, invoke, log });
    if (!(await answerHttp(routes, request, response, { keys, invoke, log }))) response.writeHead(404).end();
  }

  return (raw, response) => {
    answer(raw, response).catch((error: unknown) => {
      log(`[error] ${describe(error)}`);
      response.writeHead(500).end();
    });
  };
}

const signInPath = "/.auth/login/aad";

/** Who is signed in already is sent back, as by App Service. */
function answerSignIn({ searchParams, origin }: URL, response: ServerResponse): void {
  const location = pathOfThisApp(searchParams.get("post_login_redirect_uri") ?? "/", origin);
  response.writeHead(302, { location }).end();
}

/** The path and query of a wanted address of this app; of every other, the root. */
function pathOfThisApp(wanted: string, origin: string): string {
  if (!URL.canParse(wanted, origin)) return "/";
  const url = new URL(wanted, origin);
  if (url.origin !== origin) return "/";
  // A browser takes what begins with two slashes for another host.
  return url.pathname.replace(/^\/+/, "/") + url.search;
}

function mainOf(app: string): string {
  return (JSON.parse(readFileSync(join(app, "package.json"), "utf8")) as { main: string }).main;
}

/** The body of a request; undefined if it is larger than the host accepts. */
async function readBody(raw: IncomingMessage): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of raw as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > bodyMaxBytes) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
