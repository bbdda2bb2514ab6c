import { handlePoisonMessage } from "../lib/connections/poison-message.ts";
import type { Services } from "../services.ts";

/** Queue trigger: what the queue `reviews` gave up after five tries is told, and taken up again. */
export function reviewsPoisoned(services: Services) {
  return async (message: unknown): Promise<void> => {
    services.counters.count("reviews-poisoned");
    services.log.error("a review was given up by the queue", {});
    await handlePoisonMessage(services, message);
  };
}
