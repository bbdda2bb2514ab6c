import type { ConnectionId } from "../../src/lib/azure/resource-id.ts";
import { plusMs, type Clock } from "../../src/lib/clock.ts";
import type { ReviewQueue } from "../../src/lib/connections/review-queue.ts";
import { review } from "../../src/lib/connections/review/review.ts";
import type { ReviewServices } from "../../src/lib/connections/review/ports.ts";

/** A delayed message of the queue `reviews`, which all instances share. */
export interface QueuedReview {
  readonly id: ConnectionId;
  readonly at: Date;
}

export function queueOf(queued: QueuedReview[], clock: Clock): ReviewQueue {
  return {
    sendLater: (id, delayMs) => {
      queued.push({ id, at: new Date(plusMs(clock.now(), delayMs)) });
      return Promise.resolve();
    },
  };
}

/** Handles the messages that are due within moments, and those that they queue. */
export async function takeQueued(services: ReviewServices, queued: QueuedReview[]): Promise<void> {
  const momentMs = 2_000;
  for (;;) {
    const index = queued.findIndex(({ at }) => at.getTime() <= services.clock.now().getTime() + momentMs);
    const [message] = index < 0 ? [] : queued.splice(index, 1);
    if (message === undefined) return;
    await review(services, { id: message.id, cause: "retry", actor: "test", requestedAt: message.at });
  }
}
