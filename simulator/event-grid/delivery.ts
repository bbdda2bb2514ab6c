import type { Clock } from "../clock.ts";
import type { EventSubscription } from "./subscription.ts";

/**
 * The documented back-off between deliveries, in seconds (Event Grid, "Message delivery and retry"); ends at one hour.
 */
const backOffSeconds = [10, 30, 60, 300, 600, 1800, 3600];
/** In real time: the webhook does not run faster with the simulator's clock. */
const deliveryTimeoutMs = 30_000;
/** Statuses after which Event Grid does not retry, because the event would never be accepted. */
const notRetried = [400, 401, 403, 413];

/** Posts an event until the webhook accepts it or the retries are used up. */
export async function deliver(
  subscription: EventSubscription,
  event: object,
  clock: Clock,
  signal: AbortSignal,
): Promise<void> {
  for (const seconds of [0, ...backOffSeconds]) {
    if (seconds > 0 && !(await clock.sleep(seconds * 1000, signal))) return;
    const status = await post(subscription, event, signal);
    if (status !== undefined && ((status >= 200 && status <= 204) || notRetried.includes(status))) return;
  }
}

/** Posts an event and returns the status; undefined if no response came. */
async function post(
  { endpoint, schema }: EventSubscription,
  event: object,
  signal: AbortSignal,
): Promise<number | undefined> {
  const isCloudEvent = schema === "CloudEventSchemaV1_0";
  try {
    const response = await fetch(endpoint, {
      method: "POST",
      signal: AbortSignal.any([signal, AbortSignal.timeout(deliveryTimeoutMs)]),
      headers: {
        "content-type": isCloudEvent ? "application/cloudevents+json" : "application/json",
        "aeg-event-type": "Notification",
      },
      body: JSON.stringify(isCloudEvent ? event : [event]),
    });
    await response.arrayBuffer();
    return response.status;
  } catch (error) {
    // fetch rejects with one of these for every network failure.
    if (error instanceof TypeError || error instanceof DOMException) return undefined;
    throw error;
  }
}
