import type {
  ApiManagementServiceResource,
  RemotePrivateEndpointConnectionWrapper,
} from "@azure/arm-apimanagement";
import type { Azure, Connection, Service } from "../connections/azure.ts";
import type { Clock } from "../clock.ts";
import type { Log } from "../log.ts";
import type { ArmClients } from "./arm-clients.ts";
import { armWrites } from "./arm-writes.ts";
import { defined } from "./defined.ts";
import { endpointFrom, networkFrom, zonesFrom } from "./network-from.ts";
import { collect, read } from "./read.ts";
import { queryServices } from "./inventory.ts";
import { recentSubscriptions } from "./recent-subscriptions.ts";
import { querySubscriptions } from "./subscriptions.ts";
import { parseConnectionId, parseServiceId, type ConnectionId, type ServiceId } from "./resource-id.ts";

/** A list may take several pages. */
const listTimeoutMs = 60_000;
const pageTimeoutMs = 30_000;
/** Azure through the SDK's clients. */
export function arm(clients: ArmClients, log: Log, clock: Clock): Azure {
  async function connectionsOf(
    id: ServiceId,
    wrapped: ApiManagementServiceResource["privateEndpointConnections"],
  ) {
    if (wrapped !== undefined) return { kind: "known" as const, value: connectionsFrom(wrapped, log) };
    return read(async (options) => {
      const { apim } = await clients.of(id.subscriptionId);
      const list = apim.privateEndpointConnectionOperations.listByService(
        id.resourceGroup,
        id.serviceName,
        options,
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
      read(async (options) => {
        const { apim } = await clients.of(id.service.subscriptionId);
        const { resourceGroup, serviceName } = id.service;
        const found = await apim.privateEndpointConnectionOperations.getByName(
          resourceGroup,
          serviceName,
          id.connectionName,
          options,
        );
        return connectionFrom(id, found);
      }),

    service: (id) =>
      read(async (options) => {
        const { apim } = await clients.of(id.subscriptionId);
        const found = await apim.apiManagementService.get(id.resourceGroup, id.serviceName, options);
        // An empty 200 parses as an empty object: that is no answer.
        return found.id === undefined || found.location === undefined ? undefined : serviceFrom(id, found);
      }),

    endpoint: (id) =>
      read(async (options) => {
        const { network } = await clients.of(id.subscriptionId);
        return endpointFrom(
          id,
          await network.privateEndpoints.get(id.resourceGroup, id.endpointName, options),
        );
      }),

    network: (id) =>
      read(async (options) => {
        const { network } = await clients.of(id.subscriptionId);
        return networkFrom(
          id,
          await network.virtualNetworks.get(id.resourceGroup, id.virtualNetworkName, options),
        );
      }),

    dnsZones: (id) =>
      read(async (options) => {
        const { network } = await clients.of(id.subscriptionId);
        return zonesFrom(
          await collect(network.privateDnsZoneGroups.list(id.resourceGroup, id.endpointName, options)),
        );
      }),

    subscriptions: recentSubscriptions(
      (ids) =>
        read(
          async (options) => querySubscriptions(await clients.graph(), ids, options),
          ids === "all" ? listTimeoutMs : undefined,
        ),
      clock,
    ),

    inventory: (subscriptions, from) =>
      read(
        async (options) => queryServices(await clients.graph(), subscriptions, from, options),
        pageTimeoutMs,
      ),

    services: (subscriptionId) =>
      read(async (options) => {
        const { apim } = await clients.of(subscriptionId);
        const resources = await collect(apim.apiManagementService.list(options));
        return resources.flatMap(({ id: text, tags }) => {
          const id = parseServiceId(text ?? "");
          if (id === undefined)
            log.warn("a listed service has an id that cannot be read", { subscriptionId });
          return id === undefined ? [] : [{ id, ...defined({ tags }) }];
        });
      }, listTimeoutMs),

    ...armWrites(clients),
  };
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
    armId: found.id ?? id.text,
    state,
    ...defined({ provisioningState, description, groupIds, endpointId: privateEndpoint?.id }),
  };
}
