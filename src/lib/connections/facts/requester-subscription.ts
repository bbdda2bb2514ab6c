import { parseEndpointId } from "../../azure/resource-id.ts";
import { unknownRead, type Read } from "../../estate/read.ts";
import { subscriptionIn, type Subscription } from "../../estate/subscription.ts";
import type { Snapshot } from "./snapshot.ts";

/** The subscription of the endpoint. It is unknown if the app may not read it. */
export function requesterOf({ connection, subscriptions, endpoint }: Snapshot): Read<Subscription> {
  const id = parseEndpointId(connection.endpointId ?? "")?.subscriptionId;
  if (id === undefined) return unknownRead("no-endpoint");
  const found = subscriptionIn(subscriptions, id);
  const isMissing = subscriptions.kind === "known" && found.kind === "unknown";
  const isForeign = endpoint.kind === "unknown" && endpoint.reason === "foreign-tenant";
  return isMissing && isForeign ? unknownRead("foreign-tenant") : found;
}
