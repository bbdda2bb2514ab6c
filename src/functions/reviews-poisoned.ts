import { handlePoisonMessage } from "../lib/connections/poison-message.ts";
import type { Services } from "../services.ts";

/**
 * Queue trigger: raises an alert for a review that the queue `reviews` gave up after five tries, and schedules it
 * again.
 */
export function reviewsPoisoned(services: Services) {
  return async (message: unknown): Promise<void> => {
    services.counters.count("reviews-poisoned");
    services.log.error("the queue gave up a review", {});
    await handlePoisonMessage(services, message);
  };
}
