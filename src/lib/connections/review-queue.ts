import type { ConnectionId } from "../azure/resource-id.ts";

/** Thrown where the queue did not take a message. */
export class NotQueued extends Error {
  override readonly name = "NotQueued";
}

/**
 * The queue `reviews`, for a review that has a time. It only makes things faster: whatever is lost here, the sweep finds
 * by its open mark.
 */
export interface ReviewQueue {
  /** @throws {NotQueued} */
  sendLater(id: ConnectionId, delayMs: number): Promise<void>;
}
