import { notFound, ok, type ArmResponse } from "../arm/response.ts";
import { forbidden, type ArmRequest, type ProviderContext } from "../arm/request.ts";
import type { Endpoint } from "../estate/world.ts";

/** The id of the network interface that Azure creates for a private endpoint, in the same resource group. */
export function interfaceIdOf({ id, name, guid }: Endpoint): string {
  const namespace = id.split("/").slice(0, -2).join("/");
  return `${namespace}/networkInterfaces/${name}.nic.${guid}`;
}

/**
 * `Microsoft.Network/networkInterfaces`, to read: those of private endpoints, which show the address from the start.
 */
export function handleNetworkInterface(
  { world }: ProviderContext,
  request: ArmRequest,
): ArmResponse | undefined {
  if (request.method !== "GET" || request.segments.length !== 8) return undefined;
  const refusal = forbidden(request, "Microsoft.Network/networkInterfaces/read", request.path);
  if (refusal !== undefined) return refusal;
  const id = request.path.toLowerCase();
  const endpoint = [...world.endpoints.values()].find((each) => interfaceIdOf(each).toLowerCase() === id);
  return endpoint === undefined ? notFound(request.path) : ok(networkInterfaceJson(endpoint));
}

function networkInterfaceJson(endpoint: Endpoint) {
  const { name, guid, location, address, subnetId } = endpoint;
  const id = interfaceIdOf(endpoint);
  const configuration = `privateEndpointIpConfig.${guid}`;
  return {
    name: `${name}.nic.${guid}`,
    id,
    type: "Microsoft.Network/networkInterfaces",
    location,
    properties: {
      provisioningState: "Succeeded",
      ipConfigurations: [
        {
          name: configuration,
          id: `${id}/ipConfigurations/${configuration}`,
          type: "Microsoft.Network/networkInterfaces/ipConfigurations",
          properties: {
            provisioningState: "Succeeded",
            privateIPAddress: address,
            privateIPAllocationMethod: "Dynamic",
            subnet: { id: subnetId },
            primary: true,
            privateIPAddressVersion: "IPv4",
          },
        },
      ],
      privateEndpoint: { id: endpoint.id },
    },
  };
}
