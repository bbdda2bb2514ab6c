import type { ResourceProvider } from "../arm/request.ts";
import { handleNetworkInterface } from "./network-interface.ts";
import { handlePrivateEndpoint } from "./private-endpoint.ts";
import { handlePublicIp } from "./public-ip.ts";
import { handleServiceTags } from "./service-tags.ts";
import { handleVirtualNetwork } from "./virtual-network.ts";

/** The resource types of Microsoft.Network, by lower-cased name. */
const types: ReadonlyMap<string, ResourceProvider> = new Map([
  ["privateendpoints", handlePrivateEndpoint],
  ["networkinterfaces", handleNetworkInterface],
  ["virtualnetworks", handleVirtualNetwork],
  ["publicipaddresses", handlePublicIp],
]);

/** Microsoft.Network. */
export const handleNetwork: ResourceProvider = (context, request) =>
  handleServiceTags(context, request) ??
  types.get(request.segments[6]?.toLowerCase() ?? "")?.(context, request);
