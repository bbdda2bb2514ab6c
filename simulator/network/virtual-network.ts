import { notFound, ok, type Answer } from "../arm/answer.ts";
import { unauthorised, type ArmRequest, type Provider } from "../arm/request.ts";
import type { VirtualNetwork } from "../estate/world.ts";

/** Microsoft.Network: virtual networks, to be read. */
export function answerVirtualNetwork({ world }: Provider, request: ArmRequest): Answer | undefined {
  if (request.method !== "GET" || request.segments.length !== 8) return undefined;
  const refusal = unauthorised(request, "Microsoft.Network/virtualNetworks/read", request.path);
  if (refusal !== undefined) return refusal;
  const network = world.virtualNetworks.get(request.path.toLowerCase());
  return network === undefined ? notFound(request.path) : ok(printVirtualNetwork(network));
}

function printVirtualNetwork({ id, name, location, tags, addressPrefixes, subnets }: VirtualNetwork) {
  return {
    id,
    name,
    type: "Microsoft.Network/virtualNetworks",
    location,
    ...(tags === undefined ? {} : { tags }),
    properties: {
      provisioningState: "Succeeded",
      addressSpace: { addressPrefixes },
      subnets: [...subnets.values()].map((subnet) => ({
        id: `${id}/subnets/${subnet.name}`,
        name: subnet.name,
        properties: { provisioningState: "Succeeded", ...printPrefixes(subnet.addressPrefixes) },
      })),
    },
  };
}

function printPrefixes(prefixes: readonly string[]) {
  return prefixes.length === 1 ? { addressPrefix: prefixes[0] } : { addressPrefixes: prefixes };
}
