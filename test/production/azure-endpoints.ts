import { request as overHttp, type IncomingMessage, type ServerResponse } from "node:http";
import { createServer, type Server } from "node:https";
import type { Certificates } from "./certificates.ts";
import { claimsOf } from "./token.ts";
import { bodyOf } from "../request-body.ts";

/** Every host outside that the app connects to, except storage: served with TLS under its real name. */
export const hosts = {
  arm: "management.azure.com",
  topic: "drawbridge-alerts.westeurope-1.eventgrid.azure.net",
  teams: "prod-01.westeurope.logic.azure.com",
  webhook: "hooks.contoso.example",
  collector: "otel.contoso.example",
} as const;

/** A request that arrived. */
export interface Received {
  readonly host: keyof typeof hosts;
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingMessage["headers"];
  readonly body: string;
  readonly status: number;
}

export interface AzureEndpoints {
  readonly received: readonly Received[];
  stop(): Promise<void>;
}

/** The token audiences that a host accepts, as Azure documents. */
const audiences: Partial<Record<keyof typeof hosts, readonly string[]>> = {
  arm: ["https://management.azure.com", "https://management.core.windows.net/"],
  topic: ["https://eventgrid.azure.net"],
};

/**
 * Starts the hosts. `identity` is the client id that has permissions; requests to ARM go to the simulator at
 * `simulator`.
 */
export async function startAzureEndpoints(options: {
  readonly address: string;
  readonly certificates: Certificates;
  readonly simulator: string;
  readonly identity: string;
}): Promise<AzureEndpoints> {
  const received: Received[] = [];
  const { certificate: cert, key } = options.certificates;
  const server: Server = createServer({ cert, key }, (request, response) => {
    void (async () => {
      const host = hostOf(request);
      const body = await bodyOf(request);
      const status = host === undefined ? 421 : await answer(host, request, body, response);
      if (status === 421) response.writeHead(421).end();
      const { method = "", url: path = "", headers } = request;
      if (host !== undefined) received.push({ host, method, path, headers, body, status });
    })();
  });

  async function answer(
    host: keyof typeof hosts,
    request: IncomingMessage,
    body: string,
    response: ServerResponse,
  ): Promise<number> {
    const refused = refusal(host, request);
    if (refused !== undefined) {
      response.writeHead(refused, { "content-type": "application/json" });
      response.end('{"error":{"code":"InvalidAuthenticationToken","message":"the token is not valid here"}}');
      return refused;
    }
    if (host === "arm") return forward(options.simulator, request, body, response);
    response.writeHead(200, { "content-type": "application/json" }).end(host === "teams" ? "" : "{}");
    return 200;
  }

  /** The status of the error for a request without the right token; undefined if the token is right. */
  function refusal(host: keyof typeof hosts, { headers }: IncomingMessage): number | undefined {
    const accepted = audiences[host];
    if (accepted === undefined) return headers.authorization === undefined ? undefined : 400;
    const claims = claimsOf(headers.authorization);
    if (claims === undefined || !accepted.includes(claims.aud)) return 401;
    return claims.appid === options.identity ? undefined : 403;
  }

  await new Promise<void>((listening, failed) => {
    server.once("error", failed).listen(443, options.address, listening);
  });
  return {
    received,
    stop: () =>
      new Promise((closed) => {
        server.closeAllConnections();
        server.close(() => {
          closed();
        });
      }),
  };
}

function hostOf({ headers }: IncomingMessage): keyof typeof hosts | undefined {
  return (Object.keys(hosts) as (keyof typeof hosts)[]).find((name) => hosts[name] === headers.host);
}

/** Forwards a request to the simulator, which identifies callers by name instead of by a token. */
function forward(
  simulator: string,
  { method, url = "/", headers }: IncomingMessage,
  body: string,
  response: ServerResponse,
): Promise<number> {
  return new Promise((done, failed) => {
    const { host: _, ...rest } = headers;
    const sent = overHttp(
      new URL(url, simulator),
      { method, headers: { ...rest, authorization: "Bearer simulated" } },
      (answered) => {
        response.writeHead(answered.statusCode ?? 502, answered.headers);
        answered.pipe(response).once("close", () => {
          done(answered.statusCode ?? 502);
        });
      },
    );
    sent.once("error", failed);
    sent.end(body);
  });
}
