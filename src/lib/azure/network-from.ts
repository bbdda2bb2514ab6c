import type { PrivateDnsZoneGroup, PrivateEndpoint, VirtualNetwork } from "@azure/arm-network";
import type { Endpoint, Network } from "../connections/azure.ts";
import { defined } from "./defined.ts";
import type { EndpointId, SubnetId } from "./resource-id.ts";

/** Microsoft.Network's answers as we hold them; undefined where an answer is not whole. */
export function endpointFrom(id: EndpointId, found: PrivateEndpoint): Endpoint | undefined {
  if (found.id === undefined || found.location === undefined) return undefined;
  const manual = manualOf(found);
  const configured = (found.ipConfigurations ?? []).map((each) => each.privateIPAddress);
  const named = (found.customDnsConfigs ?? []).flatMap((each) => each.ipAddresses ?? []);
  const addresses = [...configured, ...named].filter((address) => address !== undefined);
  return {
    id,
    ...defined({
      etag: found.etag,
      location: found.location,
      tags: found.tags,
      subnetId: found.subnet?.id,
      manual,
    }),
    privateAddresses: [...new Set(addresses)],
    applicationSecurityGroups: (found.applicationSecurityGroups ?? []).flatMap(
      (group) => group.id?.toLowerCase() ?? [],
    ),
  };
}

/** Which list a requester filled tells whether it asked for approval by hand; one endpoint has one target here. */
function manualOf(found: PrivateEndpoint): boolean | undefined {
  if ((found.manualPrivateLinkServiceConnections ?? []).length > 0) return true;
  return (found.privateLinkServiceConnections ?? []).length > 0 ? false : undefined;
}

/** The zones behind an endpoint's zone groups, by the last segment of their ids. */
export function zonesFrom(groups: readonly PrivateDnsZoneGroup[]): readonly string[] {
  const configs = groups.flatMap(({ privateDnsZoneConfigs }) => privateDnsZoneConfigs ?? []);
  return configs.flatMap(({ privateDnsZoneId }) => privateDnsZoneId?.split("/").at(-1)?.toLowerCase() ?? []);
}

/** A subnet has one range or several, in two properties; a virtual network whose answer lacks the subnet says nothing of it. */
export function networkFrom(id: SubnetId, found: VirtualNetwork): Network | undefined {
  const subnet = (found.subnets ?? []).find(({ name }) => name?.toLowerCase() === id.subnetName);
  const addressPrefixes = found.addressSpace?.addressPrefixes;
  const subnetPrefixes =
    subnet?.addressPrefixes ?? (subnet?.addressPrefix === undefined ? [] : [subnet.addressPrefix]);
  if (addressPrefixes === undefined || subnetPrefixes.length === 0) return undefined;
  return { subnetPrefixes, addressPrefixes, ...defined({ tags: found.tags }) };
}
