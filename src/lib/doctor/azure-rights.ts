import type { EventAzure, SystemTopic } from "../estate/events/event-paths.ts";
import type { Read } from "../estate/read.ts";

/**
 * Reads that show whether the app has a right and that no other part of the app needs. Only whether they succeed
 * counts.
 */
export interface RightsAzure {
  /** The subscription itself, by ARM rather than by Resource Graph. */
  subscription(id: string): Promise<Read<unknown>>;
  /** The system topics of the subscription, by their own provider. */
  systemTopicsOf(
    subscriptionId: string,
  ): Promise<Read<readonly Pick<SystemTopic, "subscriptionId" | "resourceGroup" | "name">[]>>;
  readonly eventSubscriptions: EventAzure["eventSubscriptions"];
}
