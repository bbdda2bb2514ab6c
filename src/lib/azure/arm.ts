import type { Azure, AzureReads, Service } from "../connections/azure-connections.ts";
import type { Clock } from "../clock.ts";
import type { Log } from "../log.ts";
import type { ArmClients } from "./arm-clients.ts";
import { armGraph } from "./arm-graph.ts";
import { armNetwork } from "./arm-network.ts";
import { armWrites } from "./arm-writes.ts";
import { listServices } from "./list-services.ts";
import { listTimeoutMs, readArm } from "./read-arm.ts";
import { connectionFrom, connectionListFrom, type ConnectionList } from "./connection-from.ts";
import { recentSubscriptions } from "./recent-subscriptions.ts";
import type { ServiceId } from "./resource-id.ts";
import { listedFrom, serviceFrom } from "./service-from.ts";

/** Azure through the SDK's clients. */
export function arm(clients: ArmClients, log: Log, clock: Clock): Azure {
  return { ...armReads(clients, log, clock), ...armWrites(clients) };
}

/** The reads of it, without a write. */
export function armReads(clients: ArmClients, log: Log, clock: Clock): AzureReads {
  return {
    ...armServices(clients, log),
    ...armNetwork(clients),
    ...armInventory(clients, log, clock),
  };
}

function armServices(clients: ArmClients, log: Log): Pick<Azure, "connection" | "service"> {
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
        const service = await serviceFrom(id, answer, () => listConnections(clients, id));
        if (service.kind === "known") warnOfUnreadable(service.value, log);
        return service;
      }),
  };
}

async function listConnections(clients: ArmClients, id: ServiceId): Promise<ConnectionList> {
  const list = await readArm(
    (ask) =>
      ask.list(async (options) => {
        const { apim } = await clients.of(id.subscriptionId);
        const { privateEndpointConnectionOperations: operations } = apim;
        return operations.listByService(id.resourceGroup, id.serviceName, options).byPage();
      }),
    listTimeoutMs,
  );
  return list.kind === "known"
    ? connectionListFrom(id, list.value)
    : { connections: list, readable: [], unreadable: [] };
}

/** Logs why the list cannot be read: until it can, every verdict that counts connections is a hold. */
function warnOfUnreadable({ id, connections, unreadable = [] }: Service, log: Log): void {
  if (connections.kind === "known") return;
  const { reason } = connections;
  const why = unreadable.length === 0 ? {} : { why: unreadable.join(", ") };
  log.warn("the list of a service's connections cannot be read", { service: id.text, reason, ...why });
}

function armInventory(
  clients: ArmClients,
  log: Log,
  clock: Clock,
): Pick<Azure, "subscriptions" | "inventory" | "services"> {
  const graph = armGraph(() => clients.graph());
  return {
    inventory: graph.inventory,
    subscriptions: recentSubscriptions((ids) => graph.subscriptions(ids), clock),

    services: (subscriptionId) =>
      listServices(clients, subscriptionId, (member) => {
        const read = listedFrom(member);
        if (read.kind === "unknown") log.warn("a listed service cannot be read", { subscriptionId });
        return read;
      }),
  };
}
