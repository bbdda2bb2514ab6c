import type { Connection, ConnectionStatus, Endpoint, Service, World } from "./world.ts";

/** An endpoint that is to be, and what it asks for. */
export interface Wanted {
  readonly endpointId: string;
  readonly location: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly subnetId: string;
  readonly service: Service;
  readonly manual: boolean;
  readonly message: string;
  readonly groupIds: readonly string[];
  /** What makes the connection's name differ from every other's; a GUID on Azure. */
  readonly suffix: string;
  readonly status: ConnectionStatus;
}

/** Hosts of the subnet that the simulated networks keep for endpoints, 10.20.0.0/20, without Azure's own. */
const addressesMax = 4_000;

/** Puts an endpoint into the world, and its connection at the service: both are made by one request on Azure. */
export function connect(world: World, wanted: Wanted): Endpoint {
  const { endpointId, location, tags, subnetId, service, manual, message, groupIds, suffix, status } = wanted;
  const name = endpointId.split("/").at(-1) ?? "";
  const connection: Connection = {
    id: `${service.id}/privateEndpointConnections/${name}.${suffix}`,
    name: `${name}.${suffix}`,
    endpointId,
    groupIds,
    status,
    description: message,
  };
  service.connections.set(connection.name.toLowerCase(), connection);
  const place = (world.endpoints.size % addressesMax) + 4;
  const endpoint: Endpoint = {
    id: endpointId,
    name,
    location,
    tags,
    etag: `W/"${suffix}"`,
    subnetId,
    address: `10.20.${place >> 8}.${place & 255}`,
    manual,
    requestMessage: message,
    groupIds,
    serviceId: service.id,
    connectionId: connection.id,
    dnsZones: [],
  };
  world.endpoints.set(endpointId.toLowerCase(), endpoint);
  return endpoint;
}
