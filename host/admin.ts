import type { IncomingMessage, ServerResponse } from "node:http";
import type { Cron } from "croner";
import type { RegisteredFunction } from "./functions-core.ts";
import { describe, triggerOf, type Invoke } from "./invoke.ts";
import { allows, type Keys } from "./keys.ts";
import { timerTrigger } from "./timer.ts";

const prefix = "/admin/functions/";

export function isAdminPath(path: string): boolean {
  return path.toLowerCase().startsWith(prefix);
}

/**
 * `POST /admin/functions/{name}`: runs a timer function now, with the master key. Responds before the function ends.
 */
export function runTimerNow(
  request: { readonly raw: IncomingMessage; readonly url: URL },
  response: ServerResponse,
  app: {
    readonly functions: ReadonlyMap<string, RegisteredFunction>;
    readonly timers: ReadonlyMap<string, Cron>;
    readonly keys: Keys;
    readonly invoke: Invoke;
    readonly log: (line: string) => void;
  },
): void {
  const name = request.url.pathname.toLowerCase().slice(prefix.length);
  const fn = app.functions.get(name);
  const isTimer = fn !== undefined && triggerOf(fn).type === "timerTrigger";
  if (!allows("admin", request, app.keys) || !isTimer) {
    response.writeHead(isTimer ? 401 : 404).end();
    return;
  }
  response.writeHead(202).end();
  app.invoke(fn, timerTrigger(app.timers.get(name))).catch((error: unknown) => {
    app.log(`[error] ${fn.metadata.name}: ${describe(error)}`);
  });
}
