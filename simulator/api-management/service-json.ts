import type { Connection, Service } from "../estate/world.ts";

export function connectionJson({ id, name, endpointId, groupIds, ...state }: Connection) {
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

/** Newest first, as recorded. */
export function connectionsJson({ connections }: Service) {
  return [...connections.values()].toReversed().map(connectionJson);
}

/** The JSON of a service, as recorded: properties without a value are null, including connections if there are none. */
export function serviceJson(service: Service) {
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
      privateEndpointConnections: connections.size === 0 ? null : connectionsJson(service),
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
