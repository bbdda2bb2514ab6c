import { QueueServiceClient } from "@azure/storage-queue";
import { describe, expect, inject, it } from "vitest";
import { parseConnectionId, type ConnectionId } from "../azure/resource-id.ts";
import { parseReviewMessage } from "../connections/review-message.ts";
import { NotQueued } from "../connections/review-queue.ts";
import { reviewQueue } from "./review-queue.ts";

const id = parseConnectionId(
  "/subscriptions/11111111-1111-4111-8111-111111111111/resourceGroups/rg-apim/providers/Microsoft.ApiManagement/service/apim-orders/privateEndpointConnections/pe-one",
) as ConnectionId;
const now = new Date("2026-11-24T08:00:00Z");
const clock = { now: () => now };

describe("the queue of reviews in Azurite", () => {
  it("shows a message once its delay has passed, in the form that the queue's function reads", async () => {
    const connectionString = inject("storage");
    const queue = QueueServiceClient.fromConnectionString(connectionString).getQueueClient("reviews");
    await queue.createIfNotExists();
    await queue.clearMessages();
    await reviewQueue({ kind: "connection-string", connectionString }, clock, () => "1").sendLater(id, 1_900);
    expect((await queue.receiveMessages()).receivedMessageItems).toEqual([]);
    await new Promise((later) => setTimeout(later, 2_200));
    const [message] = (await queue.receiveMessages()).receivedMessageItems;
    const text = Buffer.from(message?.messageText ?? "", "base64").toString();
    expect(parseReviewMessage(JSON.parse(text))).toEqual({
      id,
      cause: "retry",
      requestedAt: new Date("2026-11-24T08:00:01.900Z"),
    });
  });

  it("reports that a message was not queued if storage cannot be reached, and tries again the next time", async () => {
    const connectionString =
      "DefaultEndpointsProtocol=http;AccountName=a;AccountKey=YQ==;QueueEndpoint=http://127.0.0.1:9/a;";
    const down = reviewQueue({ kind: "connection-string", connectionString }, clock, () => "1");
    await expect(down.sendLater(id, 0)).rejects.toBeInstanceOf(NotQueued);
    await expect(down.sendLater(id, 0)).rejects.toBeInstanceOf(NotQueued);
  });
});
