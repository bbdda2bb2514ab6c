import type { Connection, ConnectionStatus, Endpoint, Service, World } from "../estate/world.ts";

/** An endpoint that is to be, and what it asks for. */
export interface Wanted {
  readonly endpointId: string;
  readonly location: string;
  readonly tags: Readonly<Record<string, string>> | undefined;
  readonly subnetId: string;
  readonly service: Service;
  readonly manual: boolean;
  /** The requester gives it in the request, and the service's connection has it as it is: no GUID is appended. */
  readonly connectionName: string;
  readonly message: string | undefined;
  readonly groupIds: readonly string[];
  readonly guid: string;
  readonly status: ConnectionStatus;
}

/** Hosts of the subnet that the simulated networks keep for endpoints, 10.20.0.0/20, without Azure's own. */
const addressesMax = 4_000;

/** Puts an endpoint into the world, and its connection at the service: both are made by one request on Azure. */
export function connect(world: World, wanted: Wanted): Endpoint {
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
  const place = (world.endpoints.size % addressesMax) + 4;
  const endpoint: Endpoint = {
    ...rest,
    id: endpointId,
    name: endpointId.split("/").at(-1) ?? "",
    etag: `W/"${rest.guid}"`,
    address: `10.20.${place >> 8}.${place & 255}`,
    connectionName,
    requestMessage: message,
    serviceId: service.id,
    connectionId: connection.id,
    dnsZones: [],
  };
  world.endpoints.set(endpointId.toLowerCase(), endpoint);
  return endpoint;
}

/** The connection of an endpoint; undefined once its owner has removed it, also where its name is another's by now. */
export function connectionOf(world: World, endpoint: Endpoint): Connection | undefined {
  const found = world.services
    .get(endpoint.serviceId.toLowerCase())
    ?.connections.get(endpoint.connectionName.toLowerCase());
  return found?.endpointId.toLowerCase() === endpoint.id.toLowerCase() ? found : undefined;
}

/** What Azure's own networking calls the connection: `{endpoint}.{guid}`, which is not the connection's name. */
export function proxyIdOf({ serviceId, name, guid }: Endpoint): string {
  return `${serviceId}/privateEndpointConnectionProxies/${name}.${guid}`;
}
