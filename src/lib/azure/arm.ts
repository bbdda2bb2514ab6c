import type { Azure, FinalState, PutOutcome, Service } from "../connections/azure.ts";
import type { Clock } from "../clock.ts";
import { mapRead, thenRead } from "../estate/read.ts";
import type { Log } from "../log.ts";
import type { ArmClients } from "./arm-clients.ts";
import { membersOf, readArm } from "./ask.ts";
import { connectionFrom, connectionsFrom } from "./connection-from.ts";
import { putFailure } from "./errors.ts";
import { queryServices } from "./inventory.ts";
import { endpointFrom, networkFrom, zonesFrom } from "./network-from.ts";
import { recentSubscriptions } from "./recent-subscriptions.ts";
import type { ConnectionId, ServiceId } from "./resource-id.ts";
import { listedFrom, serviceFrom } from "./service-from.ts";
import { querySubscriptions } from "./subscriptions.ts";

/** A list may take several pages. */
const listTimeoutMs = 60_000;
const pageTimeoutMs = 30_000;
/** One PUT, and how long its operation is followed afterwards: the echo event or a sweep confirms what takes longer. */
const putMs = 10_000;
const followMs = 4_000;
const pollMs = 500;

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

    setState: (id, state, description) => setState(clients, id, state, description),
  };
}

/** Asks for a state once, and follows the operation for a moment. */
async function setState(
  clients: ArmClients,
  id: ConnectionId,
  status: FinalState,
  description: string,
): Promise<PutOutcome> {
  const { resourceGroup, serviceName, subscriptionId } = id.service;
  const { apim } = await clients.of(subscriptionId);
  const body = { id: id.text, properties: { privateLinkServiceConnectionState: { status, description } } };
  let accepted = false;
  try {
    const poller = await apim.privateEndpointConnectionOperations.beginCreateOrUpdate(
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

function within(ms: number): { abortSignal: AbortSignal } {
  return { abortSignal: AbortSignal.timeout(ms) };
}
