import type { Connection, ConnectionStatus, Endpoint, Service, World } from "../estate/world.ts";

/** A new endpoint, and the connection that it requests. */
export interface ConnectionRequest {
  readonly endpointId: string;
  readonly location: string;
  readonly tags: Readonly<Record<string, string>> | undefined;
  readonly subnetId: string;
  readonly service: Service;
  readonly manual: boolean;
  /** The name that the requester chose. The service's connection has the same name: Azure appends no GUID. */
  readonly connectionName: string;
  readonly message: string | undefined;
  readonly groupIds: readonly string[];
  readonly guid: string;
  readonly status: ConnectionStatus;
}

/** Addresses in the endpoints' subnet of the simulated networks, 10.20.0.0/20, without those that Azure reserves. */
const addressesMax = 4_000;

/** Creates an endpoint, and its connection at the service. On Azure one request creates both. */
export function connect(world: World, wanted: ConnectionRequest): Endpoint {
  const { endpointId, service, message, connectionName, status, ...rest } = wanted;
  const connection: Connection = {
    id: `${service.id}/privateEndpointConnections/${connectionName}`,
    name: connectionName,
    endpointId,
    groupIds: rest.groupIds,
    status,
    description: message ?? "",
  };
  service.connections.set(connectionName.toLowerCase(), connection);
  const host = (world.endpoints.size % addressesMax) + 4;
  const endpoint: Endpoint = {
    ...rest,
    id: endpointId,
    name: endpointId.split("/").at(-1) ?? "",
    etag: `W/"${rest.guid}"`,
    address: `10.20.${host >> 8}.${host & 255}`,
    connectionName,
    requestMessage: message,
    serviceId: service.id,
    connectionId: connection.id,
    dnsZones: [],
  };
  world.endpoints.set(endpointId.toLowerCase(), endpoint);
  return endpoint;
}

/**
 * The connection of an endpoint; undefined if the service's owner removed it, even if another endpoint has its name
 * now.
 */
export function connectionOf(world: World, endpoint: Endpoint): Connection | undefined {
  const found = world.services
    .get(endpoint.serviceId.toLowerCase())
    ?.connections.get(endpoint.connectionName.toLowerCase());
  return found?.endpointId.toLowerCase() === endpoint.id.toLowerCase() ? found : undefined;
}

/**
 * The name of the connection in Azure's own networking: `{endpoint}.{guid}`, which differs from the connection's name.
 */
export function proxyIdOf({ serviceId, name, guid }: Endpoint): string {
  return `${serviceId}/privateEndpointConnectionProxies/${name}.${guid}`;
}
