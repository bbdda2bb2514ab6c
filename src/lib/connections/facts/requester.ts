import { parseEndpointId } from "../../azure/resource-id.ts";
import { knownRead, thenRead, unknownRead, type Read } from "../../estate/read.ts";
import type { Subscription } from "../../estate/subscription.ts";
import type { Snapshot } from "./snapshot.ts";

/** The subscription of the endpoint. It is unknown if the app may not read it. */
export function requesterOf({ connection, subscriptions, endpoint }: Snapshot): Read<Subscription> {
  const id = parseEndpointId(connection.endpointId ?? "")?.subscriptionId;
  if (id === undefined) return unknownRead("no-endpoint");
  return thenRead(subscriptions, ({ byId }) => {
    const found = byId.get(id);
    if (found !== undefined) return knownRead(found);
    const isForeign = endpoint.kind === "unknown" && endpoint.reason === "foreign-tenant";
    return unknownRead(isForeign ? "foreign-tenant" : "not-found");
  });
}
