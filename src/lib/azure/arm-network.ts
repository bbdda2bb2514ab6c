import type { Azure } from "../connections/azure-connections.ts";
import { thenRead } from "../estate/read.ts";
import type { ArmClients } from "./arm-clients.ts";
import { membersOf, readArm } from "./read-arm.ts";
import { endpointFrom, networkFrom, zonesFrom } from "./network-from.ts";

/** Reads of the requester's resources: the endpoint, its virtual network, and its private DNS zones. */
export function armNetwork(clients: ArmClients): Pick<Azure, "endpoint" | "network" | "dnsZones"> {
  return {
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
        // The SDK would request a second page without our timeout. The zone groups of an endpoint fit on one page.
        const page = await ask.one(async (options) => {
          const { network } = await clients.of(id.subscriptionId);
          const groups = network.privateDnsZoneGroups.list(id.resourceGroup, id.endpointName, options);
          return groups.byPage().next();
        });
        return thenRead(membersOf([page]), zonesFrom);
      }),
  };
}
