import type { Connection, Service } from "../estate/world.ts";

export function printConnection({ id, name, endpointId, groupIds, ...state }: Connection) {
  const { status, description, provisioningState = "Succeeded" } = state;
  return {
    id,
    name,
    type: "Microsoft.ApiManagement/service/privateEndpointConnections",
    properties: {
      provisioningState,
      privateEndpoint: { id: endpointId },
      groupIds,
      privateLinkServiceConnectionState: { status, description, actionsRequired: null },
    },
  };
}

/** The newest first, as recorded. */
export function printConnections({ connections }: Service) {
  return [...connections.values()].toReversed().map(printConnection);
}

/** A service as the recorded ones are: what it has not is null, and so are its connections where there are none. */
export function printService(service: Service) {
  const { id, name, location, sku, tags, zones, properties, connections } = service;
  const at = properties.createdAtUtc;
  return {
    id,
    name,
    type: "Microsoft.ApiManagement/service",
    tags,
    location,
    etag: "AAAAAAAAAAE=",
    properties: {
      ...properties,
      privateEndpointConnections: connections.size === 0 ? null : printConnections(service),
    },
    sku,
    identity: null,
    zones: zones.length === 0 ? null : zones,
    systemData: {
      createdBy: "owner@contoso.example",
      createdByType: "User",
      createdAt: at,
      lastModifiedBy: "owner@contoso.example",
      lastModifiedByType: "User",
      lastModifiedAt: at,
    },
  };
}
