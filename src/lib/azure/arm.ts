import type { Azure, Service } from "../connections/azure.ts";
import type { Clock } from "../clock.ts";
import { mapRead, thenRead } from "../estate/read.ts";
import type { Log } from "../log.ts";
import type { ArmClients } from "./arm-clients.ts";
import { armWrites } from "./arm-writes.ts";
import { membersOf, readArm } from "./ask.ts";
import { connectionFrom, connectionsFrom } from "./connection-from.ts";
import { queryServices } from "./inventory.ts";
import { endpointFrom, networkFrom, zonesFrom } from "./network-from.ts";
import { recentSubscriptions } from "./recent-subscriptions.ts";
import type { ServiceId } from "./resource-id.ts";
import { listedFrom, serviceFrom } from "./service-from.ts";
import { querySubscriptions } from "./subscriptions.ts";

/** A list may take several pages. */
const listTimeoutMs = 60_000;
const pageTimeoutMs = 30_000;
/** Azure through the SDK's clients. */
export function arm(clients: ArmClients, log: Log, clock: Clock): Azure {
  async function connectionsOf(id: ServiceId): Promise<Service["connections"]> {
    const list = await readArm(
      (ask) =>
        ask.list(async (options) => {
          const { apim } = await clients.of(id.subscriptionId);
          const { privateEndpointConnectionOperations: operations } = apim;
          return operations.listByService(id.resourceGroup, id.serviceName, options).byPage();
        }),
      listTimeoutMs,
    );
    return thenRead(list, (members) => connectionsFrom(id, members));
  }

  /** A list that stays unreadable holds what is counted over it: somebody has to hear why. */
  function warnOf({ id, connections }: Service): void {
    if (connections.kind === "known") return;
    const { reason } = connections;
    log.warn("a service's connections cannot be read whole", { service: id.text, reason });
  }

  return {
    connection: (id) =>
      readArm(async (ask) => {
        const { resourceGroup, serviceName, subscriptionId } = id.service;
        const answer = await ask.one(async (options) => {
          const { apim } = await clients.of(subscriptionId);
          const { privateEndpointConnectionOperations: operations } = apim;
          return operations.getByName(resourceGroup, serviceName, id.connectionName, options);
        });
        return connectionFrom(id, answer);
      }),

    service: (id) =>
      readArm(async (ask) => {
        const answer = await ask.one(async (options) => {
          const { apim } = await clients.of(id.subscriptionId);
          return apim.apiManagementService.get(id.resourceGroup, id.serviceName, options);
        });
        const service = await serviceFrom(id, answer, () => connectionsOf(id));
        if (service.kind === "known") warnOf(service.value);
        return service;
      }),

    endpoint: (id) =>
      readArm(async (ask) => {
        const answer = await ask.one(async (options) => {
          const { network } = await clients.of(id.subscriptionId);
          return network.privateEndpoints.get(id.resourceGroup, id.endpointName, options);
        });
        return endpointFrom(id, answer);
      }),

    network: (id) =>
      readArm(async (ask) => {
        const answer = await ask.one(async (options) => {
          const { network } = await clients.of(id.subscriptionId);
          return network.virtualNetworks.get(id.resourceGroup, id.virtualNetworkName, options);
        });
        return networkFrom(id, answer);
      }),

    dnsZones: (id) =>
      readArm(async (ask) => {
        // The SDK would ask for a second page without our time limit; an endpoint's zone groups fit on one.
        const page = await ask.one(async (options) => {
          const { network } = await clients.of(id.subscriptionId);
          const groups = network.privateDnsZoneGroups.list(id.resourceGroup, id.endpointName, options);
          return groups.byPage().next();
        });
        return thenRead(membersOf([page]), zonesFrom);
      }),

    subscriptions: recentSubscriptions(
      (ids) =>
        readArm(
          async (ask) => querySubscriptions(ask, await clients.graph(), ids),
          ids === "all" ? listTimeoutMs : undefined,
        ),
      clock,
    ),

    inventory: (subscriptions, from) =>
      readArm(async (ask) => queryServices(ask, await clients.graph(), subscriptions, from), pageTimeoutMs),

    services: (subscriptionId) =>
      readArm(async (ask) => {
        const list = await ask.list(async (options) => {
          const { apim } = await clients.of(subscriptionId);
          return apim.apiManagementService.list(options).byPage();
        });
        return mapRead(list, (members) =>
          members.flatMap((member) => {
            const read = listedFrom(member);
            if (read.kind === "unknown") log.warn("a listed service cannot be read", { subscriptionId });
            return read.kind === "known" ? [read.value] : [];
          }),
        );
      }, listTimeoutMs),

    ...armWrites(clients),
  };
}
