import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { fileURLToPath } from "node:url";
import type { HttpRequest, HttpResponseInit, InvocationContext } from "@azure/functions";
import { access } from "../../src/functions/access.ts";
import { conditionalGet } from "../../src/functions/conditional-get.ts";
import { overview } from "../../src/functions/connections.ts";
import { dashboard } from "../../src/functions/dashboard.ts";
import type { Answer } from "../../src/functions/http/answers.ts";
import { memoryRows } from "../../src/lib/state/memory-rows.ts";
import { minuteMs, systemClock } from "../../src/lib/clock.ts";
import { rowsListings } from "../../src/lib/state/listings.ts";
import { listedWrite } from "../../src/lib/state/connection-list-row.ts";
import { listedKey } from "../../src/lib/state/keys.ts";
import { recordOfNumber } from "./estate.ts";
import { listsOf } from "./lists.ts";

/**
 * The page and what it reads: the list of all connections by the app's own functions on rows in memory, the other lists
 * made up. Without connections, it is an app to which nothing has happened.
 */
export interface PageServer {
  readonly url: string;
  stop(): Promise<void>;
}

/** The folder that `npm run build` puts the page into. */
const built = fileURLToPath(new URL("../../dist/dashboard", import.meta.url));
const auth = { platform: false };
/** Rows of one transaction of the table. */
const transactionMax = 100;

type Handler = (request: HttpRequest) => HttpResponseInit | Promise<HttpResponseInit>;

/** As the app registers a function that reads. */
const reading = (handler: Handler): Handler => {
  const conditional = conditionalGet(handler);
  return (request) => conditional(request, {} as InvocationContext, undefined);
};

export async function startPageServer(
  connections: number,
  services: number,
  { hasSignIn = false } = {},
): Promise<PageServer> {
  const rows = memoryRows();
  const records = Array.from({ length: connections }, (_, index) => recordOfNumber(index, services));
  for (const [partition, group] of Map.groupBy(records, ({ id }) => listedKey(id).partition))
    for (let from = 0; from < group.length; from += transactionMax)
      await rows.commit(partition, group.slice(from, from + transactionMax).map(listedWrite));
  const page = dashboard({ platform: hasSignIn }, built);
  const functions: Readonly<Record<string, Handler>> = {
    "/api/access": access(auth),
    "/api/overview": reading(overview({ clock: systemClock, listings: rowsListings(rows) })),
    ...Object.fromEntries(
      Object.entries(quiet).map(([path, jsonBody]) => [path, reading(() => ({ jsonBody }))]),
    ),
    ...(connections === 0 ? {} : { "/api/health/details": reading(() => ({ jsonBody: swept() })) }),
    ...Object.fromEntries(
      Object.entries(connections === 0 ? {} : listsOf(records, services)).map(([path, answerTo]) => [
        path,
        reading(({ query }) => ({ jsonBody: answerTo(query) })),
      ]),
    ),
    "/plain": () => ({ headers: { "content-type": "text/html" }, body: plainPage }),
  };
  const server = createServer((request, response) => {
    void answer(request, response, functions, page);
  });
  await new Promise<void>((listening) => {
    server.listen(0, "127.0.0.1", listening);
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    stop: async () => {
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
    },
  };
}

async function answer(
  raw: IncomingMessage,
  response: ServerResponse,
  functions: Readonly<Record<string, Handler>>,
  page: Handler,
): Promise<void> {
  const url = new URL(raw.url ?? "/", "http://127.0.0.1");
  const file = /^\/api\/dashboard(?:\/(.*))?$/.exec(url.pathname);
  const handler = file === null ? functions[url.pathname] : page;
  const request = {
    headers: new Headers(Object.entries(raw.headers).map(([name, value]) => [name, String(value)])),
    params: { file: file?.[1] ?? "" },
    query: url.searchParams,
    url: url.href,
  };
  const {
    status = 200,
    headers,
    body,
    jsonBody,
  }: HttpResponseInit = handler === undefined
    ? { status: 404 }
    : await handler(request as unknown as HttpRequest);
  response.writeHead(status, [...new Headers(headers)].flat());
  response.end(jsonBody === undefined ? body : JSON.stringify(jsonBody));
}

/** The same list with the least code: every connection is a row of the document. */
const plainPage = `<!doctype html><title>Plain</title><table><tbody></tbody></table><script type="module">
performance.mark("key");
const { services } = await (await fetch("/api/overview")).json();
const rows = services.flatMap(({ service, connections }) => connections.map((each) => ({ service, ...each })));
rows.sort((one, other) => (one.at < other.at ? 1 : -1));
document.querySelector("tbody").append(...rows.map(({ name, service, phase, state, verdict, rule, at }) => {
  const row = document.createElement("tr");
  for (const text of [name, service, phase, state, verdict, rule, at])
    row.append(Object.assign(document.createElement("td"), { textContent: text }));
  return row;
}));
</script>`;

/** The answers of an app to which nothing has happened. */
export const quiet = {
  "/api/held": {
    held: [],
    waitingForWindow: 0,
    waitingForMode: 0,
    waitingForBreaker: 0,
  } satisfies Answer<"Held">,
  "/api/decisions": { decisions: [] } satisfies Answer<"Entries">,
  "/api/alerts": { alerts: [] } satisfies Answer<"Alerts">,
  "/api/addresses": { addresses: [] } satisfies Answer<"Addresses">,
  "/api/health/details": {
    status: "ok",
    problems: [],
    mode: "enforce",
    policy: { name: "default", hash: "0".repeat(64) },
    stateUnread: null,
    firstStartedAt: null,
    sweeps: null,
    addressChecks: null,
    lastSweep: null,
    lastAddressCheck: null,
    lastEvent: null,
    breakers: {
      requests: null,
      requestsUntil: null,
      approvals: null,
      approvalsUntil: null,
      revocationsRefused: 0,
      eventsMissing: null,
      eventsMissingFrom: [],
    },
    eventPaths: null,
    sinks: ["log"],
    warnings: [],
    counters: {},
  } satisfies Answer<"HealthDetails">,
};

/** The health of an app that works: its sweep and its check have just ended. */
function swept(): Answer<"HealthDetails"> {
  const at = new Date(Date.now() - minuteMs).toISOString();
  const run = { startedAt: at, endedAt: at };
  return { ...quiet["/api/health/details"], sweeps: run, addressChecks: run, lastEvent: at };
}
