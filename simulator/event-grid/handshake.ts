import { randomUUID } from "node:crypto";
import type { EventSubscription } from "./subscription.ts";

/** Validates a webhook as its schema requires. Rejects if the webhook does not complete the handshake. */
export async function handshake(subscription: EventSubscription): Promise<void> {
  await (subscription.schema === "CloudEventSchemaV1_0"
    ? cloudEventsHandshake(subscription)
    : eventGridHandshake(subscription));
}

async function cloudEventsHandshake({ endpoint }: EventSubscription): Promise<void> {
  const response = await fetch(endpoint, {
    method: "OPTIONS",
    headers: { "webhook-request-origin": "eventgrid.azure.net" },
  });
  const origin = response.headers.get("webhook-allowed-origin");
  if (origin !== "eventgrid.azure.net" && origin !== "*")
    throw new Error(`${endpoint} did not allow Event Grid to call it`);
}

async function eventGridHandshake({ endpoint, source }: EventSubscription): Promise<void> {
  const validationCode = randomUUID();
  const event = {
    id: randomUUID(),
    topic: `/subscriptions/${source}`,
    subject: "",
    eventType: "Microsoft.EventGrid.SubscriptionValidationEvent",
    eventTime: new Date().toISOString(),
    dataVersion: "2",
    metadataVersion: "1",
    data: { validationCode, validationUrl: "https://rp.eventgrid.azure.net/validate" },
  };
  const headers = { "content-type": "application/json", "aeg-event-type": "SubscriptionValidation" };
  const response = await fetch(endpoint, { method: "POST", headers, body: JSON.stringify([event]) });
  const answer = (await response.json()) as { validationResponse?: unknown };
  if (answer.validationResponse !== validationCode)
    throw new Error(`${endpoint} did not answer the handshake`);
}
