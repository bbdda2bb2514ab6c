import { withAddresses } from "./service-addresses.ts";
import type { ProviderContext } from "../arm/request.ts";

/**
 * No request does this. Azure suspends a subscription, and gives its services other addresses when it reinstates it.
 */
export function setSubscriptionState(
  { world }: Pick<ProviderContext, "world">,
  subscriptionId: string,
  state: "Enabled" | "Warned" | "Disabled",
): void {
  const subscription = world.subscriptions.get(subscriptionId.toLowerCase());
  if (subscription === undefined) return;
  const reinstated = subscription.state !== "Enabled" && state === "Enabled";
  subscription.state = state;
  if (!reinstated) return;
  for (const service of world.services.values())
    if (service.subscriptionId === subscription.id)
      service.properties = withAddresses(
        world,
        // A difference in any of the inputs gives the service other addresses.
        { ...service, properties: { ...service.properties, platformVersion: "" } },
        service,
      );
}
