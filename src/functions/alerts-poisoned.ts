import { parseAlertMessage } from "../lib/alerts/alert-message.ts";
import { ownerText } from "../lib/alerts/outbox.ts";
import type { Services } from "../services.ts";

/**
 * Queue trigger: messages that the queue `alerts` gave up after five tries. No alert is lost, because the outbox rows
 * and their open delivery remain and the next sweep queues them again. The failure is logged, which needs no queue.
 */
export function alertsPoisoned({ counters, delivery, log }: Pick<Services, "counters" | "delivery" | "log">) {
  return async (message: unknown): Promise<void> => {
    counters.count("alerts-poisoned");
    const owner = parseAlertMessage(message);
    log.error("the queue gave up a delivery of alerts", {
      owner: owner && ownerText(owner),
    });
    if (owner !== undefined) await delivery.outbox.openDelivery(owner);
  };
}
