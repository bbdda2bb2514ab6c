import type { InvocationContext, StorageQueueOutput } from "@azure/functions";
import { alertMessage } from "../lib/alerts/alert-message.ts";
import type { Services } from "../services.ts";

type Needed = Pick<Services, "alerts" | "clock" | "log" | "newId" | "refusals" | "telemetry" | "timerWatch">;

/**
 * Wraps a handler so that the owners of the alerts it wrote are queued for delivery, and no handler waits for a sink.
 * Alerts of the app itself, such as that of a breaker, are announced here, whichever part raised them. Where the
 * handler throws or its process ends, nothing is queued, and the sweeps find the open deliveries and the app's alerts.
 * Every invocation also checks whether a timer is overdue, because a timer that never runs cannot check itself, and
 * records what Azure refused.
 */
export function withAlertOutput<I, R>(
  { alerts, clock, log, newId, refusals, telemetry, timerWatch }: Needed,
  queue: StorageQueueOutput,
  handler: (input: I, context: InvocationContext) => R | Promise<R>,
): (input: I, context: InvocationContext) => Promise<R> {
  return async (input, context) => {
    const result = await telemetry.span(context.functionName, async () => handler(input, context));
    try {
      await timerWatch.check();
      await refusals.save();
      await alerts.announceNoted();
    } catch (error) {
      // The handler has done its work, so it must not be retried. The next invocation checks again, and the next sweep
      // announces.
      log.error("the timers, what Azure refused, or the alerts of the app could not be recorded", {
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
