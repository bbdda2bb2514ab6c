import type { Endpoint, Network } from "../connections/azure-connections.ts";
import { knownRead, mapRead, thenRead, unknownRead, valueOf, type Read } from "../estate/read.ts";
import { asArray, asFilled, asId, asList, asName, asObject, asStrings, asTags, at } from "./arm-json.ts";
import { answerAbout } from "./connection-from.ts";
import { defined } from "./defined.ts";
import {
  parseApplicationSecurityGroupId,
  parseEndpointId,
  parseServiceId,
  parseSubnetId,
  parseVirtualNetworkId,
  type EndpointId,
  type SubnetId,
} from "./resource-id.ts";
import { foldName } from "../fold-name.ts";

/** The connections of an endpoint, in one of its two lists. */
const asTargets = asList(at("properties.privateLinkServiceId", asId(parseServiceId)));

/** Decodes a private endpoint. */
const endpoint = asObject({
  etag: at("etag", asName),
  location: at("location", asName),
  tags: at("tags", asTags),
  subnet: at("properties.subnet.id", asId(parseSubnetId)),
  configured: at("properties.ipConfigurations", asList(at("properties.privateIPAddress", asName))),
  // A name without addresses is not filled in yet.
  named: at("properties.customDnsConfigs", asList(at("ipAddresses", asFilled(asStrings)))),
  groups: at("properties.applicationSecurityGroups", asList(at("id", asId(parseApplicationSecurityGroupId)))),
  byHand: at("properties.manualPrivateLinkServiceConnections", asTargets),
  byItself: at("properties.privateLinkServiceConnections", asTargets),
});

/** Decodes the answer to a read of this endpoint. */
export function endpointFrom(id: EndpointId, body: unknown): Read<Endpoint> {
  const read = thenRead(answerAbout(id, parseEndpointId, body), () => endpoint(body));
  return mapRead(read, ({ etag, location, tags, subnet, configured, named, groups, byHand, byItself }) => ({
    id,
    ...defined({ etag: valueOf(etag) }),
    location,
    tags,
    subnetId: mapRead(subnet, ({ text }) => text),
    privateAddresses: addressesOf(configured, named),
    applicationSecurityGroups: mapRead(groups, (all) => [...new Set(all.map(({ text }) => foldName(text)))]),
    targets: thenRead(byHand, (asked) =>
      mapRead(byItself, (taken) => [
        ...asked.map((service) => ({ service, manual: true })),
        ...taken.map((service) => ({ service, manual: false })),
      ]),
    ),
  }));
}

/**
 * While the endpoint is Pending both lists are empty and only its network interface has the address: empty is unknown,
 * not "none".
 */
function addressesOf(
  configured: Read<readonly string[]>,
  named: Read<readonly (readonly string[])[]>,
): Read<readonly string[]> {
  return thenRead(configured, (own) =>
    thenRead(named, (lists) => {
      const addresses = [...new Set([...own, ...lists.flat()])];
      return addresses.length === 0 ? unknownRead("not-in-answer") : knownRead(addresses);
    }),
  );
}

const asZones = at("properties.privateDnsZoneConfigs", asList(at("properties.privateDnsZoneId", asName)));

/** The zones behind an endpoint's zone groups, by the last segment of their ids. */
export function zonesFrom(groups: readonly unknown[]): Read<readonly string[]> {
  return mapRead(asList(asZones)(groups), (zones) =>
    zones.flat().map((id) => foldName(id.slice(id.lastIndexOf("/") + 1))),
  );
}

const prefixes = asFilled(asStrings);

/** The decoder of a virtual network. */
const network = asObject({
  tags: at("tags", asTags),
  addressPrefixes: at("properties.addressSpace.addressPrefixes", prefixes),
  subnets: at("properties.subnets", asArray),
});

/** A subnet has one range as a single property, or several in a list. */
const subnet = asObject({
  id: at("id", asId(parseSubnetId)),
  one: at("properties.addressPrefix", asName),
  several: at("properties.addressPrefixes", prefixes),
});

/** Decodes the answer to a read of this subnet's virtual network. */
export function networkFrom(id: SubnetId, body: unknown): Read<Network> {
  const about = answerAbout({ text: id.virtualNetworkId }, parseVirtualNetworkId, body);
  const read = thenRead(about, () => network(body));
  return mapRead(read, ({ tags, addressPrefixes, subnets }) => ({
    tags,
    addressPrefixes,
    subnetPrefixes: thenRead(subnets, (all) => prefixesOf(id, all)),
  }));
}

function prefixesOf(id: SubnetId, subnets: readonly unknown[]): Read<readonly string[]> {
  for (const each of subnets) {
    const read = subnet(each);
    if (read.kind === "unknown" || !isSubnet(read.value.id, id)) continue;
    const { one, several } = read.value;
    const isInOne = several.kind === "unknown" && several.reason === "not-in-answer";
    return isInOne ? mapRead(one, (range) => [range]) : several;
  }
  return unknownRead("incomplete-list");
}

function isSubnet(read: Read<SubnetId>, { text }: SubnetId): boolean {
  return read.kind === "known" && read.value.text === text;
}
