import { ok, type ArmResponse } from "../arm/response.ts";
import { forbidden, type ArmRequest, type ProviderContext } from "../arm/request.ts";

/**
 * `locations/{location}/serviceTags`: every tag of the cloud, whichever location is asked. Azure's answer has
 * thousands; this one has those that the world defines.
 */
export function handleServiceTags({ world }: ProviderContext, request: ArmRequest): ArmResponse | undefined {
  const { method, path, segments } = request;
  const [, subscription = "", , , type, , list] = segments;
  if (segments.length !== 7 || type?.toLowerCase() !== "locations" || list?.toLowerCase() !== "servicetags")
    return undefined;
  if (method !== "GET") return undefined;
  const refusal = forbidden(request, "Microsoft.Network/locations/serviceTags/read", path);
  if (refusal !== undefined) return refusal;
  const tags = [...world.serviceTags.values()];
  return ok({
    name: "Public",
    id: `/subscriptions/${subscription}/providers/Microsoft.Network/serviceTags/Public`,
    type: "Microsoft.Network/serviceTags",
    changeNumber: String(Math.max(0, ...tags.map(({ changeNumber }) => changeNumber))),
    cloud: "Public",
    values: tags.map(({ name, region, changeNumber, addressPrefixes }) => ({
      name,
      id: name,
      serviceTagChangeNumber: String(changeNumber),
      properties: {
        changeNumber: String(changeNumber),
        region,
        state: "GA",
        networkFeatures: ["API", "NSG"],
        systemService: "",
        addressPrefixes,
      },
    })),
  });
}
