import { handlePoisonMessage } from "../lib/connections/poison-message.ts";
import { parseReviewMessage } from "../lib/connections/review-message.ts";
import type { Services } from "../services.ts";

type PoisonServices = Parameters<typeof handlePoisonMessage>[0] & Pick<Services, "counters">;

/**
 * Queue trigger: raises an alert for a review that the queue `reviews` gave up after five tries, and schedules it
 * again.
 */
export function reviewsPoisoned(services: PoisonServices) {
  return async (message: unknown): Promise<void> => {
    services.counters.count("reviews-poisoned");
    const id = parseReviewMessage(message)?.id;
    // Deployed alert rules search for this text.
    services.log.error("the queue gave up a review", id === undefined ? {} : { [id.kind]: id.text });
    await handlePoisonMessage(services, message);
  };
}
