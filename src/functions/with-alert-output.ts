import type { InvocationContext, StorageQueueOutput } from "@azure/functions";
import { alertMessage } from "../lib/alerts/alert-message.ts";
import type { Services } from "../services.ts";

type Needed = Pick<Services, "alerts" | "clock" | "log" | "newId" | "telemetry" | "timerWatch">;

/**
 * A handler after which the queue `alerts` hears whose alerts were written, so that no sink keeps it waiting. Where the
 * handler throws, or its process ends, nothing is sent: the sweeps find the marks that were left. Whoever is at work
 * looks after the timers too, one of which may not run at all.
 */
export function withAlertOutput<I, R>(
  { alerts, clock, log, newId, telemetry, timerWatch }: Needed,
  queue: StorageQueueOutput,
  handler: (input: I, context: InvocationContext) => R | Promise<R>,
): (input: I, context: InvocationContext) => Promise<R> {
  return async (input, context) => {
    const result = await telemetry.span(context.functionName, async () => handler(input, context));
    try {
      await timerWatch.check();
    } catch (error) {
      // What was done is not to be done again because of it: the next one looks again.
      log.error("whether a timer is overdue could not be found out", {
        error: error instanceof Error ? error.name : "unknown",
      });
    }
    const owners = alerts.drainQueue();
    if (owners.length > 0)
      context.extraOutputs.set(
        queue,
        owners.map((owner) => alertMessage(owner, clock.now(), newId())),
      );
    return result;
  };
}
