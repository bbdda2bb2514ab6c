import type { ApiManagementClient } from "@azure/arm-apimanagement";
import type { NetworkManagementClient } from "@azure/arm-network";
import type { PipelineResponse } from "@azure/core-rest-pipeline";
import type { ResourceGraphClient } from "@azure/arm-resourcegraph";
import { armPipeline, graphClient, type ArmAccess, type ArmClientsOptions } from "./arm-pipeline.ts";

/** The SDK's clients, created on first use: loading the SDKs takes longer than the rest of the start. */
export interface ArmClients {
  of(subscriptionId: string): Promise<SubscriptionClients>;
  /** Client for every subscription that the app may read. */
  graph(): Promise<ResourceGraphClient>;
}

interface SubscriptionClients {
  /**
   * Sends one request through the pipeline of the API Management client, with its token, quota and allowed requests.
   */
  readonly send: (
    method: "GET" | "PUT",
    url: string,
    abortSignal: AbortSignal,
    body?: object,
  ) => Promise<PipelineResponse>;
  /** Of API Management. */
  readonly apiVersion: string;
  readonly apim: ApiManagementClient;
  readonly network: NetworkManagementClient;
}

/** Maximum subscriptions whose clients are cached. */
const keptMax = 64;

export function armClients(access: ArmAccess, options: ArmClientsOptions = {}): ArmClients {
  const made = new Map<string, Promise<SubscriptionClients>>();
  let shared: ReturnType<typeof load> | undefined;
  const loaded = () => (shared ??= load(access, options));
  return {
    of: (subscriptionId) => {
      const found = made.get(subscriptionId) ?? loaded().then(({ clientsOf }) => clientsOf(subscriptionId));
      // Evicts the least recently used: there may be ten thousand subscriptions, at tens of kilobytes each.
      made.delete(subscriptionId);
      made.set(subscriptionId, found);
      for (const oldest of [...made.keys()].slice(0, -keptMax)) made.delete(oldest);
      return found;
    },
    graph: async () => (await loaded()).graph,
  };
}

async function load(access: ArmAccess, clientsOptions: ArmClientsOptions) {
  const [
    { ApiManagementClient },
    { NetworkManagementClient },
    { createHttpHeaders, createPipelineRequest },
    pipeline,
  ] = await Promise.all([
    import("@azure/arm-apimanagement"),
    import("@azure/arm-network"),
    import("@azure/core-rest-pipeline"),
    armPipeline(access, clientsOptions),
  ]);
  const { credential, options } = pipeline;
  const clientsOf = (subscriptionId: string): SubscriptionClients => {
    const apim = new ApiManagementClient(credential, subscriptionId, options);
    return {
      apim,
      apiVersion: apim.apiVersion,
      send: (method, url, abortSignal, body) =>
        apim.sendRequest(
          createPipelineRequest({
            method,
            url,
            abortSignal,
            ...(body === undefined
              ? {}
              : {
                  body: JSON.stringify(body),
                  headers: createHttpHeaders({ "content-type": "application/json" }),
                }),
          }),
        ),
      network: new NetworkManagementClient(credential, subscriptionId, options),
    };
  };
  return { clientsOf, graph: await graphClient(pipeline) };
}
