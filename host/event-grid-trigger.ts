import type { IncomingMessage, ServerResponse } from "node:http";
import type { RegisteredFunction } from "./functions-core.ts";
import { describe, triggerOf, type Invoke } from "./invoke.ts";

interface EventGridApp {
  readonly functions: ReadonlyMap<string, RegisteredFunction>;
  readonly invoke: Invoke;
  readonly log: (line: string) => void;
}

/**
 * `/runtime/webhooks/EventGrid`, as the Functions extension implements it: the handshakes of both schemas, and
 * notifications. The events of a notification run in parallel. If one fails, Event Grid sends all of them again.
 */
export async function answerEventGrid(
  request: { readonly raw: IncomingMessage; readonly url: URL; readonly body: Buffer },
  response: ServerResponse,
  app: EventGridApp,
): Promise<void> {
  const { raw, url } = request;
  const fn = app.functions.get((url.searchParams.get("functionName") ?? "").toLowerCase());
  if (fn === undefined || triggerOf(fn).type.toLowerCase() !== "eventgridtrigger")
    return answer(response, 404);
  if (raw.method === "OPTIONS") {
    const origin = String(raw.headers["webhook-request-origin"] ?? "");
    response.writeHead(200, { "WebHook-Allowed-Origin": origin }).end();
    return;
  }
  const body = parse(request.body);
  switch (String(raw.headers["aeg-event-type"])) {
    case "SubscriptionValidation":
      return answer(response, 200, { validationResponse: validationCode(body) });
    case "Notification":
      return answer(response, await notify(fn, body, app));
    case "Unsubscribe":
      return answer(response, 202);
    default:
      return answer(response, 400);
  }
}

/** Runs the function for each event, and returns the status of the response. */
async function notify(fn: RegisteredFunction, body: unknown, { invoke, log }: EventGridApp): Promise<number> {
  if (typeof body !== "object" || body === null) return 400;
  const events: unknown[] = Array.isArray(body) ? body : [body];
  const results = await Promise.allSettled(
    events.map((event) => invoke(fn, { data: { json: JSON.stringify(event) } })),
  );
  const failures = results.filter((result) => result.status === "rejected");
  for (const { reason } of failures) log(`[error] ${fn.metadata.name}: ${describe(reason)}`);
  return failures.length === 0 ? 202 : 500;
}

function validationCode(body: unknown): unknown {
  const [event] = Array.isArray(body) ? (body as unknown[]) : [body];
  return (event as { data?: { validationCode?: unknown } } | undefined)?.data?.validationCode;
}

function parse(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString());
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function answer(response: ServerResponse, status: number, body?: object): void {
  response.writeHead(status, { "content-type": "application/json" }).end(body && JSON.stringify(body));
}
