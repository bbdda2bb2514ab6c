import type { PublicIpAnswer, ServiceAnswer } from "../addresses/azure-addresses.ts";
import type { InventoryPage } from "../estate/inventory-page.ts";
import { knownRead, type Read } from "../estate/read.ts";
import { publicIpAnswerFrom, serviceAnswerFrom } from "./addresses-from.ts";
import type { Ask } from "./read-arm.ts";
import { decodedPage, graphPage, type Graph, type PagePlace } from "./graph-query.ts";
import type { PublicIpId } from "./resource-id.ts";

const servicesQuery =
  "resources | where type =~ 'microsoft.apimanagement/service' " +
  "| project id, location, tags, sku, zones, createdAtUtc = properties.createdAtUtc, " +
  "provisioningState = properties.provisioningState, targetProvisioningState = properties.targetProvisioningState, " +
  "virtualNetworkType = properties.virtualNetworkType, hostnameConfigurations = properties.hostnameConfigurations, " +
  "publicIPAddresses = properties.publicIPAddresses, privateIPAddresses = properties.privateIPAddresses, " +
  "outboundPublicIPAddresses = properties.outboundPublicIPAddresses, publicIpAddressId = properties.publicIpAddressId, " +
  "virtualNetworkConfiguration = properties.virtualNetworkConfiguration, natGatewayState = properties.natGatewayState, " +
  "platformVersion = properties.platformVersion, additionalLocations = properties.additionalLocations | order by id asc";

const publicIpColumns =
  "| project id, location, tags, sku, zones, ipAddress = properties.ipAddress, resourceGuid = properties.resourceGuid, " +
  "ipConfiguration = properties.ipConfiguration, natGateway = properties.natGateway, " +
  "publicIPAllocationMethod = properties.publicIPAllocationMethod, provisioningState = properties.provisioningState " +
  "| order by id asc";
const publicIps = "resources | where type =~ 'microsoft.network/publicipaddresses' ";

/** A page of services with everything that their addresses depend on. */
export async function queryServiceAddresses(
  ask: Ask,
  graph: Graph,
  place: PagePlace,
): Promise<Read<InventoryPage<ServiceAnswer>>> {
  return decodedPage(await graphPage(ask, graph, servicesQuery, place), serviceAnswerFrom);
}

/** A page of public IP resources. */
export async function queryPublicIps(
  ask: Ask,
  graph: Graph,
  place: PagePlace,
): Promise<Read<InventoryPage<PublicIpAnswer>>> {
  return decodedPage(await graphPage(ask, graph, publicIps + publicIpColumns, place), publicIpAnswerFrom);
}

/** Maximum ids in the text of one query, at some 150 characters each. */
const namedMax = 200;

/**
 * The resources with these ids that Resource Graph shows: one that is missing may exist all the same. The ids are
 * canonical, so that they cannot end the string literal in the query.
 */
export async function queryPublicIpsOf(
  ask: Ask,
  graph: Graph,
  ids: readonly PublicIpId[],
): Promise<Read<ReadonlyMap<string, PublicIpAnswer>>> {
  const texts = [...new Set(ids.map(({ text }) => text))];
  const found = new Map<string, PublicIpAnswer>();
  for (let from = 0; from < texts.length; from += namedMax) {
    const named = texts.slice(from, from + namedMax).map((text) => `'${text}'`);
    const query = `${publicIps}| where id in~ (${named.join(", ")}) ${publicIpColumns}`;
    const page = decodedPage(await graphPage(ask, graph, query, { within: "all" }), publicIpAnswerFrom);
    if (page.kind === "unknown") return page;
    for (const each of page.value.items) found.set(each.id.text, each);
  }
  return knownRead(found);
}
