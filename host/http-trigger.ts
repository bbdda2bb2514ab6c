import type { IncomingMessage, ServerResponse } from "node:http";
import { httpRoute, type HttpRoute } from "./route.ts";
import { describe, triggerOf, type Invoke } from "./invoke.ts";
import type { RegisteredFunction } from "./functions-core.ts";
import { allows, type Keys } from "./keys.ts";

interface HttpFunction {
  readonly fn: RegisteredFunction;
  readonly route: HttpRoute;
  readonly methods: readonly string[];
  readonly level: string;
}

/** The HTTP functions of an app, under the route prefix of host.json. */
export function httpFunctions(functions: Iterable<RegisteredFunction>, prefix: string): HttpFunction[] {
  return [...functions]
    .filter((fn) => triggerOf(fn).type.toLowerCase() === "httptrigger")
    .map((fn) => {
      const { route, methods, authLevel } = triggerOf(fn);
      return {
        fn,
        route: httpRoute(`${prefix}/${typeof route === "string" ? route : fn.metadata.name}`),
        methods: Array.isArray(methods) ? methods.map((method) => String(method).toUpperCase()) : [],
        level: typeof authLevel === "string" ? authLevel : "anonymous",
      };
    });
}

/** Answers a request that matches a function's route and method; false if none matches. */
export async function answerHttp(
  functions: readonly HttpFunction[],
  request: { readonly raw: IncomingMessage; readonly url: URL; readonly body: Buffer },
  response: ServerResponse,
  {
    keys,
    invoke,
    log,
  }: { readonly keys: Keys; readonly invoke: Invoke; readonly log: (line: string) => void },
): Promise<boolean> {
  const method = request.raw.method ?? "GET";
  for (const { fn, route, methods, level } of functions) {
    const params = route(request.url.pathname);
    if (params === undefined || !methods.includes(method)) continue;
    if (!allows(level, request, keys)) {
      unauthorised(response);
      return true;
    }
    const data = { http: { method, url: request.url.href, ...wireData(request, params) } };
    try {
      const { returnValue } = await invoke(fn, { data });
      respond(response, returnValue?.http);
    } catch (error) {
      log(`[error] ${fn.metadata.name}: ${describe(error)}`);
      response.writeHead(500).end();
    }
    return true;
  }
  return false;
}

/** Azure's host answers 401 without a body; on a laptop, a newcomer reads the reason. */
function unauthorised(response: ServerResponse): void {
  const problem = {
    type: "about:blank",
    title: "the key is missing or wrong",
    status: 401,
    detail: "send a key in the header x-functions-key; npm start prints those of this machine",
  };
  response.writeHead(401, { "content-type": "application/problem+json" }).end(JSON.stringify(problem));
}

/** The parts of a request as the Functions host sends them to the worker. */
function wireData(
  { raw, url, body }: { raw: IncomingMessage; url: URL; body: Buffer },
  params: Record<string, string>,
) {
  const headers = Object.entries(raw.headers).map(([name, value]) => [
    name,
    Array.isArray(value) ? value.join(", ") : (value ?? ""),
  ]);
  return {
    nullableHeaders: nullable(headers as [string, string][]),
    nullableQuery: nullable([...url.searchParams]),
    nullableParams: nullable(Object.entries(params)),
    body: body.length === 0 ? null : { bytes: body },
  };
}

function nullable(entries: readonly (readonly [string, string])[]): Record<string, { value: string }> {
  return Object.fromEntries(entries.map(([name, value]) => [name, { value }]));
}

function respond(
  response: ServerResponse,
  http: { statusCode?: string; headers?: Record<string, string>; body?: unknown } | undefined,
) {
  const body = (http?.body as { bytes?: Uint8Array } | null | undefined)?.bytes;
  response.writeHead(Number(http?.statusCode ?? 204), http?.headers ?? {}).end(body);
}
