import type { QueueClient } from "@azure/storage-queue";
import { plusMs, type Clock } from "../clock.ts";
import type { StateConfig } from "../config/config.ts";
import { reviewMessage } from "../connections/review-message.ts";
import { NotQueued, type ReviewQueue } from "../connections/review-queue.ts";
import { stateIdentity } from "./state-identity.ts";

const queueName = "reviews";
/** A review waits for it; longer than this, the sweep is in time too. */
const sendMs = 5_000;
const options = { retryOptions: { maxTries: 2, tryTimeoutInMs: 2_000, retryDelayInMs: 200 } };

/**
 * The queue that the app's own bindings read. An output binding cannot say when a message is to be seen, so that what
 * has a time is sent by the storage client.
 */
export function reviewQueue(config: StateConfig, clock: Clock, newId: () => string): ReviewQueue {
  let client: Promise<QueueClient> | undefined;
  return {
    sendLater: async (id, delayMs) => {
      const requestedAt = new Date(plusMs(clock.now(), delayMs));
      const text = JSON.stringify(reviewMessage(id, "retry", requestedAt, newId()));
      try {
        client ??= open(config);
        const queue = await client;
        await queue.sendMessage(Buffer.from(text).toString("base64"), {
          visibilityTimeout: Math.ceil(delayMs / 1000),
          abortSignal: AbortSignal.timeout(sendMs),
        });
      } catch (error) {
        // The next one tries again: storage that was down once must not stay down for this process.
        client = undefined;
        throw new NotQueued("the queue did not take a message", { cause: error });
      }
    },
  };
}

async function open(config: StateConfig): Promise<QueueClient> {
  const { QueueServiceClient } = await import("@azure/storage-queue");
  const service =
    config.kind === "connection-string"
      ? QueueServiceClient.fromConnectionString(config.connectionString, options)
      : new QueueServiceClient(config.queueServiceUri, await stateIdentity(config), options);
  return service.getQueueClient(queueName);
}
