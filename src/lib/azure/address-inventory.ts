import type { Listing, PlaceAnswer, PublicIpAnswer, ServiceAnswer } from "../addresses/azure.ts";
import { hostnamesFrom, instantFrom } from "./addresses-from.ts";
import { defined } from "./defined.ts";
import { graphPage, type Graph, type GraphPage, type Row } from "./graph-query.ts";
import * as wire from "./wire.ts";
import type { ReadOptions } from "./read.ts";
import { parsePublicIpId, parseServiceId, type PublicIpId } from "./resource-id.ts";

const servicesQuery =
  "resources | where type =~ 'microsoft.apimanagement/service' " +
  "| project id, location, tags, sku = sku.name, zones, createdAtUtc = properties.createdAtUtc, " +
  "provisioningState = properties.provisioningState, targetProvisioningState = properties.targetProvisioningState, " +
  "virtualNetworkType = properties.virtualNetworkType, hostnameConfigurations = properties.hostnameConfigurations, " +
  "publicIPAddresses = properties.publicIPAddresses, privateIPAddresses = properties.privateIPAddresses, " +
  "outboundPublicIPAddresses = properties.outboundPublicIPAddresses, publicIpAddressId = properties.publicIpAddressId, " +
  "virtualNetworkConfiguration = properties.virtualNetworkConfiguration, natGatewayState = properties.natGatewayState, " +
  "platformVersion = properties.platformVersion, additionalLocations = properties.additionalLocations | order by id asc";

const publicIpColumns =
  "| project id, location, tags, sku = sku.name, zones, address = properties.ipAddress, guid = properties.resourceGuid, " +
  "attachedTo = properties.ipConfiguration.id, natGateway = properties.natGateway.id, " +
  "allocation = properties.publicIPAllocationMethod, provisioningState = properties.provisioningState | order by id asc";
const publicIps = "resources | where type =~ 'microsoft.network/publicipaddresses' ";

/** A page of services with all that addresses depend on; undefined for an answer that is none. */
export async function queryServiceAddresses(
  graph: Graph,
  within: readonly string[] | "all",
  from: string | undefined,
  options: ReadOptions,
): Promise<Listing<ServiceAnswer> | undefined> {
  return listing(await graphPage(graph, servicesQuery, within, from, options), serviceFrom);
}

/** A page of public IP resources; undefined for an answer that is none. */
export async function queryPublicIps(
  graph: Graph,
  within: readonly string[] | "all",
  from: string | undefined,
  options: ReadOptions,
): Promise<Listing<PublicIpAnswer> | undefined> {
  return listing(await graphPage(graph, publicIps + publicIpColumns, within, from, options), publicIpFrom);
}

/** Their ids stand in the query's text, some 150 characters each. */
const namedMax = 200;

/** Those of these that there are; their ids are canonical, so that nothing in them can end the text that they stand in. */
export async function queryPublicIpsOf(
  graph: Graph,
  ids: readonly PublicIpId[],
  options: ReadOptions,
): Promise<ReadonlyMap<string, PublicIpAnswer> | undefined> {
  const texts = [...new Set(ids.map(({ text }) => text))];
  const found = new Map<string, PublicIpAnswer>();
  for (let at = 0; at < texts.length; at += namedMax) {
    const named = texts.slice(at, at + namedMax).map((text) => `'${text}'`);
    const query = `${publicIps}| where id in~ (${named.join(", ")}) ${publicIpColumns}`;
    const page = listing(await graphPage(graph, query, "all", undefined, options), publicIpFrom);
    if (page === undefined) return undefined;
    for (const each of page.items) found.set(each.id.text, each);
  }
  return found;
}

function listing<T>(
  page: GraphPage | undefined,
  itemFrom: (row: Row) => T | undefined,
): Listing<T> | undefined {
  if (page === undefined) return undefined;
  const items = page.rows.flatMap((row) => itemFrom(row) ?? []);
  const { next } = page;
  return { items, unreadable: page.rows.length - items.length, ...defined({ next }) };
}

function serviceFrom(row: Row): ServiceAnswer | undefined {
  const id = parseServiceId(wire.text(row.id) ?? "");
  const others = Array.isArray(row.additionalLocations) ? (row.additionalLocations as readonly Row[]) : [];
  const places = [row, ...others].map(placeFrom);
  // A row without one of its locations says nothing whole.
  if (id === undefined || !places.every((each) => each !== undefined)) return undefined;
  return {
    id,
    tags: wire.tags(row.tags),
    ...defined({
      sku: wire.text(row.sku),
      createdAt: instantFrom(row.createdAtUtc),
      provisioningState: wire.text(row.provisioningState),
      targetProvisioningState: wire.text(row.targetProvisioningState),
      virtualNetworkType: wire.text(row.virtualNetworkType),
    }),
    hostnames: hostnamesFrom(Array.isArray(row.hostnameConfigurations) ? row.hostnameConfigurations : []),
    places,
  };
}

function placeFrom(row: Row | null): PlaceAnswer | undefined {
  const location = wire.text(row?.location);
  if (row === null || location === undefined) return undefined;
  const network = row.virtualNetworkConfiguration as Row | null | undefined;
  return {
    location,
    zones: wire.texts(row.zones) ?? [],
    ...defined({
      publicAddresses: wire.texts(row.publicIPAddresses),
      privateAddresses: wire.texts(row.privateIPAddresses),
      outboundAddresses: wire.texts(row.outboundPublicIPAddresses),
      publicIpId: wire.text(row.publicIpAddressId),
      subnetId: wire.text(network?.subnetResourceId),
      natGatewayState: wire.text(row.natGatewayState),
      platformVersion: wire.text(row.platformVersion),
    }),
  };
}

function publicIpFrom(row: Row): PublicIpAnswer | undefined {
  const [id, location] = [parsePublicIpId(wire.text(row.id) ?? ""), wire.text(row.location)];
  if (id === undefined || location === undefined) return undefined;
  return {
    id,
    location,
    tags: wire.tags(row.tags),
    zones: wire.texts(row.zones) ?? [],
    ...defined({
      address: wire.text(row.address),
      guid: wire.text(row.guid),
      attachedTo: wire.text(row.attachedTo) ?? wire.text(row.natGateway),
      allocation: wire.text(row.allocation),
      sku: wire.text(row.sku),
      provisioningState: wire.text(row.provisioningState),
    }),
  };
}
