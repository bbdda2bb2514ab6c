import { makeEndpoint, type EndpointRequest } from "../../local/requester.ts";
import type { Stack } from "../../local/stack.ts";
import { subscriptions } from "../../simulator/estate/estate.ts";
import { serviceNamed } from "./inspect.ts";

/** Creates an endpoint, by default in the landing zone and for apim-orders. Returns the id of its connection. */
export function ask(
  stack: Pick<Stack, "simulator">,
  name: string,
  request: Partial<EndpointRequest> = {},
): Promise<string> {
  return makeEndpoint(stack.simulator, {
    token: "requester",
    subscriptionId: subscriptions.landingZone,
    name,
    serviceId: serviceNamed(stack, "apim-orders").id,
    ...request,
  });
}

/** A requester in another tenant, whose resources the app cannot read. */
export const partner = { token: "partner", subscriptionId: subscriptions.partner };

/** Runs a timer function now. */
export function runTimer(
  { app, masterKey }: Pick<Stack, "app" | "masterKey">,
  name: string,
): Promise<Response> {
  return fetch(`${app.url}/admin/functions/${name}`, {
    method: "POST",
    headers: { "x-functions-key": masterKey },
  });
}
