import { connectionOf } from "./connect.ts";
import { interfaceIdOf } from "./network-interface.ts";
import type { Endpoint, World } from "../estate/world.ts";

/**
 * The JSON of a private endpoint, as recorded from Microsoft.Network. It has addresses only once the connection is
 * approved; until then only the network interface has them.
 * @param when The response to the PUT says "Awaiting Approval"; later ones show the connection's description.
 */
export function endpointJson(world: World, endpoint: Endpoint, when: "just created" | "later" = "later") {
  const { id, name, location, tags, etag, guid, subnetId, manual } = endpoint;
  const link = linkJson(world, endpoint, when);
  const isApproved = connectionOf(world, endpoint)?.status === "Approved";
  return {
    name,
    id,
    etag,
    type: "Microsoft.Network/privateEndpoints",
    location,
    ...(tags === undefined ? {} : { tags }),
    properties: {
      provisioningState: "Succeeded",
      resourceGuid: guid,
      privateLinkServiceConnections: manual ? [] : [link],
      manualPrivateLinkServiceConnections: manual ? [link] : [],
      customNetworkInterfaceName: "",
      subnet: { id: subnetId },
      ipConfigurations: [],
      networkInterfaces: [{ id: interfaceIdOf(endpoint) }],
      customDnsConfigs: isApproved ? [dnsOf(endpoint)] : [],
    },
  };
}

function dnsOf({ serviceId, address }: Endpoint) {
  return { fqdn: `${serviceId.split("/").at(-1)}.azure-api.net`, ipAddresses: [address] };
}

function linkJson(world: World, endpoint: Endpoint, when: "just created" | "later") {
  const { id, etag, manual, serviceId, connectionName, groupIds, requestMessage } = endpoint;
  const kind = `${manual ? "manualP" : "p"}rivateLinkServiceConnections`;
  const connection = connectionOf(world, endpoint);
  const isAwaiting = when === "just created" && connection?.status === "Pending";
  return {
    name: connectionName,
    id: `${id}/${kind}/${connectionName}`,
    etag,
    properties: {
      provisioningState: "Succeeded",
      privateLinkServiceId: serviceId,
      groupIds,
      ...(requestMessage === undefined ? {} : { requestMessage }),
      privateLinkServiceConnectionState: {
        status: connection?.status ?? "Disconnected",
        description: isAwaiting ? "Awaiting Approval" : (connection?.description ?? requestMessage ?? ""),
        actionsRequired: "None",
      },
    },
    type: `Microsoft.Network/privateEndpoints/${kind}`,
  };
}
