import { parseSubnetId, type EndpointId, type PublicIpId } from "../azure/resource-id.ts";
import { subscriptionIn } from "../estate/subscription.ts";
import { checkEvents, eventsNotNeeded } from "./check-events.ts";
import { findingOf, notTestable, type Finding } from "./check.ts";
import { checkGraph, type RightServices } from "./check-approver.ts";
import type { Sampled } from "./samples.ts";
import type { TimeLimit } from "./time-limit.ts";

const noPublicIp = notTestable("no public IP address resource is watched there");

/** Reads one resource of each kind in a requester's subscription: at most seven reads. `publicIp` is watched there. */
export async function checkReader(
  { addresses, azure, rights }: RightServices,
  { endpoint, publicIp, subscription }: ReaderSample,
  sampled: Sampled,
  limit: TimeLimit,
): Promise<ReadonlyMap<string, Finding>> {
  const row = subscriptionIn(sampled.subscriptions, subscription);
  const [subscriptionRead, read, zones, ip, events] = await Promise.all([
    row.kind === "known" ? row : limit.read(() => rights.subscription(subscription)),
    endpoint && limit.read(() => azure.endpoint(endpoint)),
    endpoint && limit.read(() => azure.dnsZones(endpoint)),
    publicIp && limit.read(() => addresses.azure.publicIp(publicIp)),
    publicIp ? checkEvents(rights, subscription, limit) : eventsNotNeeded,
  ]);
  const subnetText =
    read?.kind === "known" && read.value.subnetId.kind === "known" ? read.value.subnetId.value : "";
  const subnet = parseSubnetId(subnetText);
  const none = notTestable("no endpoint of the subscription can be read");
  const network =
    subnet === undefined
      ? none
      : findingOf(await limit.read(() => azure.network(subnet)), subnet.virtualNetworkId);
  return new Map([
    ["Microsoft.Resources/subscriptions/read", findingOf(subscriptionRead, `/subscriptions/${subscription}`)],
    ["Microsoft.ResourceGraph/resources/read", checkGraph(subscription, sampled, subscriptionRead)],
    ["Microsoft.Network/privateEndpoints/read", read && endpoint ? findingOf(read, endpoint.text) : none],
    [
      "Microsoft.Network/privateEndpoints/privateDnsZoneGroups/read",
      zones && endpoint ? findingOf(zones, `the DNS zone groups of ${endpoint.text}`) : none,
    ],
    ["Microsoft.Network/virtualNetworks/read", network],
    ["Microsoft.Network/publicIPAddresses/read", ip && publicIp ? findingOf(ip, publicIp.text) : noPublicIp],
    ...events,
  ]);
}

/** What may be read in a subscription that is not governed. */
export interface ReaderSample {
  readonly subscription: string;
  readonly endpoint?: EndpointId;
  readonly publicIp?: PublicIpId;
}
