import type { ServerResponse } from "node:http";
import type { RegisteredFunction } from "./functions-core.ts";
import { describe, triggerOf } from "./invoke.ts";

/** Runs one event through a function, output bindings included. */
export type RunEvent = (fn: RegisteredFunction, event: unknown) => Promise<unknown>;

export interface EventGridRequest {
  readonly method: string;
  readonly functionName: string;
  readonly eventType: string;
  readonly origin: string;
  readonly body: Buffer;
}

/**
 * `/runtime/webhooks/EventGrid`, as the Functions extension answers it: the handshakes of both schemas, and
 * notifications, whose events run in parallel; one that fails makes Event Grid send all of them again.
 */
export async function answerEventGrid(
  functions: ReadonlyMap<string, RegisteredFunction>,
  request: EventGridRequest,
  response: ServerResponse,
  run: RunEvent,
  log: (line: string) => void,
): Promise<void> {
  const fn = functions.get(request.functionName.toLowerCase());
  if (fn === undefined || triggerOf(fn).type.toLowerCase() !== "eventgridtrigger")
    return answer(response, 404);
  if (request.method === "OPTIONS") {
    response.writeHead(200, { "WebHook-Allowed-Origin": request.origin }).end();
    return;
  }
  const body = parse(request.body);
  switch (request.eventType) {
    case "SubscriptionValidation":
      return answer(response, 200, { validationResponse: validationCode(body) });
    case "Notification":
      return notify(fn, body, response, run, log);
    case "Unsubscribe":
      return answer(response, 202);
    default:
      return answer(response, 400);
  }
}

async function notify(
  fn: RegisteredFunction,
  body: unknown,
  response: ServerResponse,
  run: RunEvent,
  log: (line: string) => void,
): Promise<void> {
  if (typeof body !== "object" || body === null) return answer(response, 400);
  const events: unknown[] = Array.isArray(body) ? body : [body];
  const results = await Promise.allSettled(events.map((event) => run(fn, event)));
  const failures = results.filter((result) => result.status === "rejected");
  for (const { reason } of failures) log(`[error] ${fn.metadata.name}: ${describe(reason)}`);
  answer(response, failures.length === 0 ? 202 : 500);
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
