import { parseAlertMessage } from "../lib/alerts/alert-message.ts";
import type { Services } from "../services.ts";

/**
 * Queue trigger: what the queue `alerts` gave up after five tries. Nothing is lost by it: the rows and their mark are still
 * there, and the next sweep hands them over again; that it happened is told in the log, which needs no queue.
 */
export function alertsPoisoned({ counters, delivery, log }: Pick<Services, "counters" | "delivery" | "log">) {
  return async (message: unknown): Promise<void> => {
    counters.count("alerts-poisoned");
    const owner = parseAlertMessage(message);
    log.error("telling alerts was given up by the queue", {
      owner: owner === undefined || owner === "app" ? owner : owner.text,
    });
    if (owner !== undefined) await delivery.outbox.mark(owner);
  };
}
