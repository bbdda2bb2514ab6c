import { parseAlertMessage } from "../lib/alerts/alert-message.ts";
import { deliver } from "../lib/alerts/deliver.ts";
import type { Services } from "../services.ts";

/** Queue trigger: delivers the alerts in the outbox of one owner to each of their sinks. */
export function deliverAlerts({
  alerts,
  delivery,
  counters,
  log,
}: Pick<Services, "alerts" | "delivery" | "counters" | "log">) {
  return async (message: unknown): Promise<void> => {
    const owner = parseAlertMessage(message);
    if (owner === undefined) {
      counters.count("messages-malformed");
      log.error("a message of the queue alerts cannot be read", {});
      return;
    }
    if ((await deliver(delivery, owner)) === "more") alerts.enqueue(owner);
  };
}
