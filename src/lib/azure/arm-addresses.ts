import type { AddressAzure } from "../addresses/azure.ts";
import type { ArmClients } from "./arm-clients.ts";
import { queryPublicIps, queryPublicIpsOf, queryServiceAddresses } from "./address-inventory.ts";
import { publicIpAnswerFrom, serviceAnswerFrom } from "./addresses-from.ts";
import { collect, read } from "./read.ts";
import { parseServiceId } from "./resource-id.ts";

const pageTimeoutMs = 30_000;
const listTimeoutMs = 60_000;

/** Addresses through the SDK's clients. Subscriptions are shared with those who ask for them for other reasons. */
export function armAddresses(clients: ArmClients, shared: Pick<AddressAzure, "subscriptions">): AddressAzure {
  return {
    subscriptions: (ids) => shared.subscriptions(ids),
    service: (id) =>
      read(async (options) => {
        const { apim } = await clients.of(id.subscriptionId);
        return serviceAnswerFrom(
          id,
          await apim.apiManagementService.get(id.resourceGroup, id.serviceName, options),
        );
      }),
    publicIp: (id) =>
      read(async (options) => {
        const { network } = await clients.of(id.subscriptionId);
        return publicIpAnswerFrom(
          id,
          await network.publicIPAddresses.get(id.resourceGroup, id.publicIpName, options),
        );
      }),
    services: (within, from) =>
      read(
        async (options) => queryServiceAddresses(await clients.graph(), within, from, options),
        pageTimeoutMs,
      ),
    servicesOf: (subscriptionId) =>
      read(async (options) => {
        const { apim } = await clients.of(subscriptionId);
        const resources = await collect(apim.apiManagementService.list(options));
        return resources.flatMap((resource) => {
          const id = parseServiceId(resource.id ?? "");
          return (id && serviceAnswerFrom(id, resource)) ?? [];
        });
      }, listTimeoutMs),
    publicIps: (within, from) =>
      read(async (options) => queryPublicIps(await clients.graph(), within, from, options), pageTimeoutMs),
    publicIpsOf: (ids) =>
      read(async (options) => queryPublicIpsOf(await clients.graph(), ids, options), listTimeoutMs),
  };
}
