import { notFound, ok, type Answer } from "../arm/answer.ts";
import { unauthorised, type ArmRequest, type Provider } from "../arm/request.ts";
import type { Endpoint } from "../estate/world.ts";

/** Azure makes one for each private endpoint, beside it. */
export function interfaceIdOf({ id, name, guid }: Endpoint): string {
  const provider = id.split("/").slice(0, -2).join("/");
  return `${provider}/networkInterfaces/${name}.nic.${guid}`;
}

/** Microsoft.Network: the interfaces of private endpoints, to be read: they have the address from the beginning. */
export function answerNetworkInterface({ world }: Provider, request: ArmRequest): Answer | undefined {
  if (request.method !== "GET" || request.segments.length !== 8) return undefined;
  const refusal = unauthorised(request, "Microsoft.Network/networkInterfaces/read", request.path);
  if (refusal !== undefined) return refusal;
  const asked = request.path.toLowerCase();
  const endpoint = [...world.endpoints.values()].find((each) => interfaceIdOf(each).toLowerCase() === asked);
  return endpoint === undefined ? notFound(request.path) : ok(printInterface(endpoint));
}

function printInterface(endpoint: Endpoint) {
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
