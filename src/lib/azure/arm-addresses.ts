import type { AddressAzure } from "../addresses/azure-addresses.ts";
import type { ArmClients } from "./arm-clients.ts";
import { armGraph } from "./arm-graph.ts";
import { queryPublicIpsOf, queryServiceAddresses } from "./address-inventory.ts";
import { publicIpAnswerOf, serviceAnswerFrom, serviceAnswerOf } from "./addresses-from.ts";
import { listTimeoutMs, pageTimeoutMs, readArm } from "./read-arm.ts";
import { listServices } from "./list-services.ts";
import { serviceTagsFrom } from "./service-tags-from.ts";

/** Reads of addresses through the SDK's clients. The cache of subscriptions is shared with other callers. */
export function armAddresses(clients: ArmClients, shared: Pick<AddressAzure, "subscriptions">): AddressAzure {
  return {
    subscriptions: (ids) => shared.subscriptions(ids),
    service: (id) =>
      readArm(async (ask) => {
        const answer = await ask.one(async (options) => {
          const { apim } = await clients.of(id.subscriptionId);
          return apim.apiManagementService.get(id.resourceGroup, id.serviceName, options);
        });
        return serviceAnswerOf(id, answer);
      }),
    publicIp: (id) =>
      readArm(async (ask) => {
        const answer = await ask.one(async (options) => {
          const { network } = await clients.of(id.subscriptionId);
          return network.publicIPAddresses.get(id.resourceGroup, id.publicIpName, options);
        });
        return publicIpAnswerOf(id, answer);
      }),
    serviceTags: (subscriptionId, location, names) =>
      readArm(async (ask) => {
        const answer = await ask.one(async (options) => {
          const { network } = await clients.of(subscriptionId);
          return network.serviceTags.list(location, options);
        });
        return serviceTagsFrom(answer, names);
      }, listTimeoutMs),
    services: (within, from) =>
      readArm(
        async (ask) => queryServiceAddresses(ask, await clients.graph(), { within, from }),
        pageTimeoutMs,
      ),
    servicesOf: (subscriptionId) => listServices(clients, subscriptionId, serviceAnswerFrom),
    publicIps: armGraph(() => clients.graph()).publicIps,
    publicIpsOf: (ids) =>
      readArm(async (ask) => queryPublicIpsOf(ask, await clients.graph(), ids), listTimeoutMs),
  };
}
