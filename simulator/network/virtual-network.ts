import { notFound, ok, type ArmResponse } from "../arm/response.ts";
import { forbidden, type ArmRequest, type ProviderContext } from "../arm/request.ts";
import type { VirtualNetwork } from "../estate/world.ts";

/** `Microsoft.Network/virtualNetworks`, to read. */
export function handleVirtualNetwork(
  { world }: ProviderContext,
  request: ArmRequest,
): ArmResponse | undefined {
  if (request.method !== "GET" || request.segments.length !== 8) return undefined;
  const refusal = forbidden(request, "Microsoft.Network/virtualNetworks/read", request.path);
  if (refusal !== undefined) return refusal;
  const network = world.virtualNetworks.get(request.path.toLowerCase());
  return network === undefined ? notFound(request.path) : ok(virtualNetworkJson(network));
}

function virtualNetworkJson({ id, name, location, tags, addressPrefixes, subnets }: VirtualNetwork) {
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
        properties: { provisioningState: "Succeeded", ...prefixesJson(subnet.addressPrefixes) },
      })),
    },
  };
}

function prefixesJson(prefixes: readonly string[]) {
  return prefixes.length === 1 ? { addressPrefix: prefixes[0] } : { addressPrefixes: prefixes };
}
