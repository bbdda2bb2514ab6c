import type { ReviewMessage } from "../lib/connections/review-message.ts";
import { connectionChanged } from "./connection-changed.ts";

/**
 * Queue trigger: events that the queue `events` gave up after five tries. What failed is the check of addresses, which
 * needs Azure and the table: the next timer repeats it. The reviews that the event names were not queued, so they are
 * now.
 */
export function eventsPoisoned(services: Parameters<typeof connectionChanged>[0]) {
  const reviewsOf = connectionChanged(services);
  return (event: unknown): ReviewMessage[] | undefined => {
    services.counters.count("events-poisoned");
    // The content is not logged, because anybody may have sent it.
    services.log.error("the queue gave up an event", {});
    return reviewsOf(event);
  };
}
