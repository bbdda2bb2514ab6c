import type { InvocationContext, StorageQueueOutput } from "@azure/functions";
import { alertMessage } from "../lib/alerts/alert-message.ts";
import type { Services } from "../services.ts";

/**
 * A handler after which the queue `alerts` hears whose alerts were written, so that no sink keeps it waiting. Where the
 * handler throws, or its process ends, nothing is sent: the sweeps find the marks that were left.
 */
export function handingOver<I, R>(
  { alerts, clock, newId, telemetry }: Pick<Services, "alerts" | "clock" | "newId" | "telemetry">,
  queue: StorageQueueOutput,
  handler: (input: I, context: InvocationContext) => R | Promise<R>,
): (input: I, context: InvocationContext) => Promise<R> {
  return async (input, context) => {
    const result = await telemetry.span(context.functionName, async () => handler(input, context));
    const owners = alerts.handedOver();
    if (owners.length > 0)
      context.extraOutputs.set(
        queue,
        owners.map((owner) => alertMessage(owner, clock.now(), newId())),
      );
    return result;
  };
}
