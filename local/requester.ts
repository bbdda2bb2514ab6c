import { NetworkManagementClient } from "@azure/arm-network";
import { createDefaultHttpClient } from "@azure/core-rest-pipeline";
import type { Simulator } from "../simulator/server.ts";
import { hourMs } from "../src/lib/clock.ts";

export interface EndpointRequest {
  /** The requester's bearer token at the simulator. */
  readonly token: string;
  readonly subscriptionId: string;
  readonly name: string;
  readonly serviceId: string;
  readonly message?: string;
  readonly subnet?: string;
  readonly tags?: Readonly<Record<string, string>>;
  /**
   * True, the default, requests manual approval; false requests automatic approval by the requester's own permissions.
   */
  readonly manual?: boolean;
}

/** Creates a private endpoint as a requester would, with Azure's own client. Returns the id of its connection. */
export async function makeEndpoint(simulator: Simulator, request: EndpointRequest): Promise<string> {
  const { token, subscriptionId, name, serviceId } = request;
  const group = `/subscriptions/${subscriptionId}/resourceGroups/rg-app`;
  const subnet = `${group}/providers/Microsoft.Network/virtualNetworks/vnet-app/subnets/${request.subnet ?? "snet-endpoints"}`;
  const link = {
    name,
    privateLinkServiceId: serviceId,
    groupIds: ["Gateway"],
    requestMessage: request.message ?? "",
  };
  const created = await networkClient(simulator, token, subscriptionId).privateEndpoints.createOrUpdate(
    "rg-app",
    name,
    {
      location: "westeurope",
      tags: { ...request.tags },
      subnet: { id: subnet },
      ...(request.manual === false
        ? { privateLinkServiceConnections: [link] }
        : { manualPrivateLinkServiceConnections: [link] }),
    },
  );
  const endpoint = simulator.world.endpoints.get(created.id?.toLowerCase() ?? "");
  if (endpoint === undefined) throw new Error(`the simulator created no endpoint ${name}`);
  return endpoint.connectionId;
}

/** Azure's own client for Microsoft.Network, connected to the simulator. */
export function networkClient(
  simulator: Simulator,
  token: string,
  subscriptionId: string,
): NetworkManagementClient {
  const http = createDefaultHttpClient();
  const credential = {
    getToken: () => Promise.resolve({ token, expiresOnTimestamp: Date.now() + hourMs }),
  };
  return new NetworkManagementClient(credential, subscriptionId, {
    httpClient: {
      sendRequest: (outgoing) => {
        outgoing.url = outgoing.url.replace("https://management.azure.com", simulator.url);
        outgoing.allowInsecureConnection = true;
        return http.sendRequest(outgoing);
      },
    },
  });
}
