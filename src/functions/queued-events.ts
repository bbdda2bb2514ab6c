import type { ReviewMessage } from "../lib/connections/review-message.ts";
import type { Services } from "../services.ts";
import { addressesMayHaveChanged } from "./addresses-may-have-changed.ts";
import { connectionChanged } from "./connection-changed.ts";

/**
 * Queue trigger: the same events as the two Event Grid triggers, delivered to the storage queue `events` instead. For
 * apps that Event Grid cannot reach: behind a private endpoint, or in another tenant. Event Grid sends one event in
 * each message, in base64, which the host decodes (azure-docs#102923).
 */
export function queuedEvents(
  services: Parameters<typeof connectionChanged>[0] & Pick<Services, "addresses">,
) {
  const reviewsOf = connectionChanged(services);
  const checkAddresses = addressesMayHaveChanged(services);
  return async (event: unknown): Promise<ReviewMessage[] | undefined> => {
    await checkAddresses(event);
    return reviewsOf(event);
  };
}
