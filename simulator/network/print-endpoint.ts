import { connectionOf } from "./connect.ts";
import { interfaceIdOf } from "./network-interface.ts";
import type { Endpoint, World } from "../estate/world.ts";

/**
 * A private endpoint as Microsoft.Network was recorded. Its addresses are in its own answer only once its connection is
 * approved; until then they stand on its network interface alone.
 * @param when The answer to the PUT says "Awaiting Approval" where later ones show the description.
 */
export function printEndpoint(world: World, endpoint: Endpoint, when: "just made" | "later" = "later") {
  const { id, name, location, tags, etag, guid, subnetId, manual } = endpoint;
  const link = printLink(world, endpoint, when);
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

function printLink(world: World, endpoint: Endpoint, when: "just made" | "later") {
  const { id, etag, manual, serviceId, connectionName, groupIds, requestMessage } = endpoint;
  const kind = `${manual ? "manualP" : "p"}rivateLinkServiceConnections`;
  const connection = connectionOf(world, endpoint);
  const awaits = when === "just made" && connection?.status === "Pending";
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
        description: awaits ? "Awaiting Approval" : (connection?.description ?? requestMessage ?? ""),
        actionsRequired: "None",
      },
    },
    type: `Microsoft.Network/privateEndpoints/${kind}`,
  };
}
