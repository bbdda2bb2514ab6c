import { makeEndpoint } from "../local/requester.ts";
import { smallEstate, subscriptions } from "../simulator/estate/estate.ts";
import type { Service } from "../simulator/estate/world.ts";
import { startSimulator, type Simulator, type SimulatorOptions } from "../simulator/server.ts";

export interface RawResponse {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  readonly body: unknown;
}

/** A simulator and a plain HTTP client for it, so that tests compare whole responses with the recorded ones. */
export interface RawArmClient {
  readonly simulator: Simulator;
  readonly orders: () => Service;
  arm(method: string, id: string, sent?: object, token?: string): Promise<RawResponse>;
  /** Creates an endpoint in the landing zone, and returns the id of its connection at apim-orders. */
  ask(name: string, more?: object): Promise<string>;
  /** Approves or rejects a connection. */
  put(id: string, status: string, description?: string | null): Promise<RawResponse>;
  /** The state of a connection, and its provisioning state. */
  stateOf(id: string): Promise<readonly [state: string, provisioningState: string]>;
}

interface ConnectionBody {
  readonly properties: {
    readonly provisioningState: string;
    readonly privateLinkServiceConnectionState: { readonly status: string; readonly description: string };
  };
}

export async function startRawArmClient(options: SimulatorOptions = {}): Promise<RawArmClient> {
  const simulator = await startSimulator(smallEstate(), options);
  const orders = () => {
    const [service] = simulator.world.services.values();
    if (service === undefined) throw new Error("the estate has no service");
    return service;
  };

  async function arm(method: string, id: string, sent?: object, token = "simulated"): Promise<RawResponse> {
    const url = id.startsWith("https://")
      ? id.replace("https://management.azure.com", simulator.url)
      : `${simulator.url}${id}?api-version=2024-05-01`;
    const response = await fetch(url, {
      method,
      headers: { authorization: `Bearer ${token}` },
      ...(sent === undefined ? {} : { body: JSON.stringify(sent) }),
    });
    const text = await response.text();
    const body: unknown = text === "" ? undefined : JSON.parse(text);
    return { status: response.status, headers: response.headers, text, body };
  }

  return {
    simulator,
    orders,
    arm,
    ask: (name, more = {}) =>
      makeEndpoint(simulator, {
        name,
        token: "requester",
        subscriptionId: subscriptions.landingZone,
        serviceId: orders().id,
        ...more,
      }),
    put: (id, status, description = "by a test") =>
      arm("PUT", id, { id, properties: { privateLinkServiceConnectionState: { status, description } } }),
    stateOf: async (id) => {
      const { properties } = (await arm("GET", id)).body as ConnectionBody;
      return [properties.privateLinkServiceConnectionState.status, properties.provisioningState];
    },
  };
}

export function errorCodeOf({ body }: RawResponse): string {
  return (body as { error: { code: string } }).error.code;
}

/** The path of the network resources in the resource group of the landing zone's application. */
export const landingZoneNetwork = `/subscriptions/${subscriptions.landingZone}/resourceGroups/rg-app/providers/Microsoft.Network`;
