import type { ConnectionId } from "../azure/resource-id.ts";

/** Thrown if the queue did not accept a message. */
export class NotQueued extends Error {
  override readonly name = "NotQueued";
}

/**
 * The queue `reviews`, for a review at a given time. It only saves waiting for the next sweep, which finds the
 * connection of a lost message by its open review.
 */
export interface ReviewQueue {
  /** @throws {NotQueued} */
  sendLater(id: ConnectionId, delayMs: number): Promise<void>;
}
