import { notFound, ok, type ArmResponse } from "../arm/response.ts";
import { forbidden, type ArmRequest, type ProviderContext } from "../arm/request.ts";

/** `…/privateEndpoints/{name}/privateDnsZoneGroups`, to read: at most one group, as the portal creates it. */
export function listZoneGroups({ world }: ProviderContext, request: ArmRequest): ArmResponse | undefined {
  if (request.method !== "GET" || request.segments[8]?.toLowerCase() !== "privatednszonegroups")
    return undefined;
  const refusal = forbidden(
    request,
    "Microsoft.Network/privateEndpoints/privateDnsZoneGroups/read",
    request.path,
  );
  if (refusal !== undefined) return refusal;
  const id = `/${request.segments.slice(0, 8).join("/")}`;
  const endpoint = world.endpoints.get(id.toLowerCase());
  if (endpoint === undefined) return notFound(id);
  const privateDnsZoneConfigs = endpoint.dnsZones.map((privateDnsZoneId) => ({
    name: privateDnsZoneId.split("/").at(-1)?.replaceAll(".", "-"),
    properties: { privateDnsZoneId },
  }));
  const group = {
    id: `${id}/privateDnsZoneGroups/default`,
    name: "default",
    properties: { privateDnsZoneConfigs },
  };
  return ok({ value: endpoint.dnsZones.length === 0 ? [] : [group] });
}
