import type { ConnectionId } from "../../../src/lib/azure/resource-id.ts";
import { policyFrom } from "../../../src/lib/config/load-policy.ts";
import { review } from "../../../src/lib/connections/review/review.ts";
import { subscriptions } from "../../../simulator/estate/estate.ts";
import { type Workbench } from "../../workbench.ts";

// Azure's answers as they were recorded, or as they may be, for the real clients to read over the wire.

/** From now on, answers every GET with `path` in its path with this body. */
export function answerGets(
  { simulator }: Workbench,
  path: string,
  body: unknown,
  { status = 200, after = 0, times = 1_000 } = {},
): void {
  const does = { kind: "answer", answer: { status, body } } as const;
  simulator.faults.add({ method: "GET", path, after, times, does });
}

export const servicePath = "/service/apim-orders";
export const listPath = `${servicePath}/privateendpointconnections`;
export const connectionPath = ({ text }: ConnectionId) => text.toLowerCase();
export const endpoint = `/subscriptions/${subscriptions.landingZone}/resourceGroups/rg-app/providers/Microsoft.Network/privateEndpoints/pe-one`;

/** A service as Azure was recorded to answer. */
export function recordedService(workbench: Workbench, properties: object = {}, rest: object = {}) {
  return {
    id: workbench.orders.id,
    name: "apim-orders",
    type: "Microsoft.ApiManagement/service",
    location: "Australia East",
    sku: { name: "Premium", capacity: 1 },
    tags: {},
    zones: null,
    identity: null,
    etag: "AAAAAAAAAAE=",
    properties: {
      provisioningState: "Succeeded",
      targetProvisioningState: "",
      virtualNetworkType: "None",
      virtualNetworkConfiguration: null,
      additionalLocations: null,
      hostnameConfigurations: [],
      publicIPAddresses: ["203.0.113.9"],
      privateIPAddresses: null,
      natGatewayState: "Unsupported",
      platformVersion: "stv2",
      publicNetworkAccess: "Enabled",
      privateEndpointConnections: null,
      ...properties,
    },
    ...rest,
  };
}

export function recordedConnection(workbench: Workbench, properties: object = {}, rest: object = {}) {
  return {
    id: `${workbench.orders.id}/privateEndpointConnections/pe-one`,
    name: "pe-one",
    type: "Microsoft.ApiManagement/service/privateEndpointConnections",
    properties: {
      privateEndpoint: { id: endpoint },
      privateLinkServiceConnectionState: { status: "Approved", description: "", actionsRequired: null },
      provisioningState: "Succeeded",
      groupIds: ["Gateway"],
      ...properties,
    },
    ...rest,
  };
}

/** The state of a Pending connection. */
export const pending = { privateLinkServiceConnectionState: { status: "Pending", description: "please" } };

/** An error as ARM answers it. */
export const armError = (code: string) => ({ error: { code, message: "could not be found." } });

/** Reviews a connection under another policy. */
export function reviewUnder({ services }: Workbench, text: string, id: ConnectionId) {
  const policy = policyFrom([{ file: "policy.yaml", text }], { policyParameters: {}, mode: "enforce" });
  if (policy.kind === "invalid") throw new Error(policy.problems.join("\n"));
  const request = { id, cause: "event", actor: "test", requestedAt: new Date(0) } as const;
  return review({ ...services, policy: () => Promise.resolve(policy) }, request);
}

/** A policy that approves own subscriptions, with a limit of one connection. */
export const onePlace = `name: one place
limits:
  - { name: one, max: 1 }
rules:
  - name: own subscriptions
    if: { field: endpoint.subscriptionId, in: [${subscriptions.landingZone}] }
    then: { effect: approve }
default: hold`;
