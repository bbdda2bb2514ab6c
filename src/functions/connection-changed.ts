import { readEvent } from "../lib/connections/event-targets.ts";
import { reviewMessage, type ReviewMessage } from "../lib/connections/review-message.ts";
import type { Services } from "../services.ts";

/**
 * Event Grid trigger: one event or several, in either schema. Queues only ids. Unreadable or irrelevant events are
 * counted and acknowledged, so Event Grid does not redeliver them.
 */
export function connectionChanged(
  services: Pick<Services, "scope" | "counters" | "log" | "clock" | "newId" | "recentActivity">,
) {
  const { scope, counters, log, clock, newId, recentActivity } = services;
  return (received: unknown): ReviewMessage[] | undefined => {
    const messages: ReviewMessage[] = [];
    for (const event of Array.isArray(received) ? received : [received]) {
      const read = readEvent(event, scope);
      // The counter was named before the kind was. Dashboards may use it, so it keeps its name.
      counters.count(`events-${read.kind === "targets" ? "look" : read.kind}`);
      // The content is not logged, because anybody may have sent it.
      if (read.kind !== "targets")
        log.info("event ignored: it names no governed connection", { why: read.kind });
      else for (const id of read.ids) messages.push(reviewMessage(id, "event", clock.now(), newId()));
    }
    recentActivity.event = clock.now().toISOString();
    return messages.length === 0 ? undefined : messages;
  };
}
