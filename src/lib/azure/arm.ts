import type {
  ApiManagementServiceResource,
  RemotePrivateEndpointConnectionWrapper,
} from "@azure/arm-apimanagement";
import type { Azure, Connection, FinalState, PutOutcome, Read, Service } from "../connections/azure.ts";
import type { Log } from "../log.ts";
import type { ArmClients } from "./arm-clients.ts";
import { defined } from "./defined.ts";
import { putFailure, unknownReason } from "./errors.ts";
import { endpointFrom, networkFrom } from "./network-from.ts";
import { querySubscriptions } from "./subscriptions.ts";
import { parseConnectionId, parseServiceId, type ConnectionId, type ServiceId } from "./resource-id.ts";

/** Each read is given up after this; a list may take several pages. */
const readTimeoutMs = 10_000;
const listTimeoutMs = 60_000;
/** One PUT, and how long its operation is followed afterwards: the echo event or a sweep confirms what takes longer. */
const putMs = 10_000;
const followMs = 4_000;
const pollMs = 500;

/** Azure through the SDK's clients. */
export function arm(clients: (subscriptionId: string) => Promise<ArmClients>, log: Log): Azure {
  async function connectionsOf(
    id: ServiceId,
    wrapped: ApiManagementServiceResource["privateEndpointConnections"],
  ) {
    if (wrapped !== undefined) return { kind: "known" as const, value: connectionsFrom(wrapped, log) };
    return read(async () => {
      const { apim } = await clients(id.subscriptionId);
      const list = apim.privateEndpointConnectionOperations.listByService(
        id.resourceGroup,
        id.serviceName,
        within(readTimeoutMs),
      );
      return connectionsFrom(await collect(list), log);
    });
  }

  async function serviceFrom(id: ServiceId, resource: ApiManagementServiceResource): Promise<Service> {
    const {
      location,
      sku,
      virtualNetworkType,
      publicNetworkAccess,
      platformVersion,
      tags,
      additionalLocations,
    } = resource;
    return {
      id,
      ...defined({
        location,
        sku: sku?.name,
        virtualNetworkType,
        publicNetworkAccess,
        platformVersion,
        tags,
      }),
      locations: [location, ...(additionalLocations ?? []).map((each) => each.location)],
      connections: await connectionsOf(id, resource.privateEndpointConnections),
    };
  }

  return {
    connection: (id) =>
      read(async () => {
        const { apim } = await clients(id.service.subscriptionId);
        const { resourceGroup, serviceName } = id.service;
        const options = within(readTimeoutMs);
        const found = await apim.privateEndpointConnectionOperations.getByName(
          resourceGroup,
          serviceName,
          id.connectionName,
          options,
        );
        return connectionFrom(id, found);
      }),

    service: (id) =>
      read(async () => {
        const { apim } = await clients(id.subscriptionId);
        const found = await apim.apiManagementService.get(
          id.resourceGroup,
          id.serviceName,
          within(readTimeoutMs),
        );
        // An empty 200 parses as an empty object: that is no answer.
        return found.id === undefined || found.location === undefined ? undefined : serviceFrom(id, found);
      }),

    endpoint: (id) =>
      read(async () => {
        const { network } = await clients(id.subscriptionId);
        return endpointFrom(
          id,
          await network.privateEndpoints.get(id.resourceGroup, id.endpointName, within(readTimeoutMs)),
        );
      }),

    network: (id) =>
      read(async () => {
        const { network } = await clients(id.subscriptionId);
        return networkFrom(
          id,
          await network.virtualNetworks.get(id.resourceGroup, id.virtualNetworkName, within(readTimeoutMs)),
        );
      }),

    subscriptions: (ids) =>
      read(async () => {
        const { graph } = await clients(ids[0] ?? "");
        return querySubscriptions(graph, ids, within(readTimeoutMs));
      }),

    services: async (subscriptionId) => {
      const { apim } = await clients(subscriptionId);
      const resources = await collect(apim.apiManagementService.list(within(listTimeoutMs)));
      const services = resources.map((resource) => {
        const id = parseServiceId(resource.id ?? "");
        if (id === undefined) log.warn("a listed service has an id that cannot be read", { subscriptionId });
        return id === undefined ? [] : [serviceFrom(id, resource)];
      });
      return Promise.all(services.flat());
    },

    setState: (id, state, description) => setState(clients, id, state, description),
  };
}

/** Asks for a state once, and follows the operation for a moment. */
async function setState(
  clients: (subscriptionId: string) => Promise<ArmClients>,
  id: ConnectionId,
  status: FinalState,
  description: string,
): Promise<PutOutcome> {
  const { resourceGroup, serviceName, subscriptionId } = id.service;
  const { apimWrites } = await clients(subscriptionId);
  const body = { id: id.text, properties: { privateLinkServiceConnectionState: { status, description } } };
  let accepted = false;
  try {
    const poller = await apimWrites.privateEndpointConnectionOperations.beginCreateOrUpdate(
      resourceGroup,
      serviceName,
      id.connectionName,
      body,
      {
        ...within(putMs),
        updateIntervalInMs: pollMs,
        onResponse: ({ request, status: code }) => {
          if (request.method === "PUT" && code >= 200 && code < 300) accepted = true;
        },
      },
    );
    await poller.pollUntilDone(within(followMs));
    return { kind: "accepted" };
  } catch (error) {
    // Once the PUT is taken, whatever goes wrong with following it is answered by looking at the connection.
    return accepted ? { kind: "accepted" } : putFailure(error);
  }
}

/** What was read, or why it is unknown; a reader that finds no whole answer returns undefined. */
async function read<T>(reader: () => Promise<T | undefined>): Promise<Read<T>> {
  try {
    const value = await reader();
    return value === undefined ? { kind: "unknown", reason: "empty-answer" } : { kind: "known", value };
  } catch (error) {
    return { kind: "unknown", reason: unknownReason(error) };
  }
}

function within(ms: number): { abortSignal: AbortSignal } {
  return { abortSignal: AbortSignal.timeout(ms) };
}

function connectionsFrom(list: readonly RemotePrivateEndpointConnectionWrapper[], log: Log): Connection[] {
  return list.flatMap((each) => {
    const id = parseConnectionId(each.id ?? "");
    const connection = id && connectionFrom(id, each);
    if (connection === undefined)
      log.warn("a listed connection cannot be read whole, and is left to a person", {});
    return connection ?? [];
  });
}

/** A connection without a state is no answer that anything may rest on. */
function connectionFrom(
  id: ConnectionId,
  found: RemotePrivateEndpointConnectionWrapper,
): Connection | undefined {
  const { status: state, description } = found.privateLinkServiceConnectionState ?? {};
  if (state === undefined) return undefined;
  const { provisioningState, groupIds, privateEndpoint } = found;
  return {
    id,
    state,
    ...defined({ provisioningState, description, groupIds, endpointId: privateEndpoint?.id }),
  };
}

async function collect<T>(iterable: AsyncIterable<T>): Promise<T[]> {
  const items: T[] = [];
  for await (const item of iterable) items.push(item);
  return items;
}
