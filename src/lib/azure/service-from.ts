import type { ListedService, Service } from "../connections/azure-connections.ts";
import { knownRead, mapRead, thenRead, valueOf, type Read } from "../estate/read.ts";
import { asEnum, asId, asList, asName, asObject, asTags, at } from "./arm-json.ts";
import { answerAbout, connectionListFrom, connectionsFrom, type ConnectionList } from "./connection-from.ts";
import { defined } from "./defined.ts";
import { parseServiceId, type ServiceId } from "./resource-id.ts";
import {
  platformVersions,
  publicNetworkAccesses,
  serviceTiers,
  virtualNetworkTypes,
} from "../azure-values.ts";

/** Azure's values of a service's properties, in canonical spelling. */
export const asSku = asEnum(...serviceTiers);
export const asVirtualNetworkType = asEnum(...virtualNetworkTypes);
export const asPlatformVersion = asEnum(...platformVersions);
export const asServiceState = asEnum(
  "Created",
  "Activating",
  "Succeeded",
  "Updating",
  "Failed",
  "Stopped",
  "Terminating",
  "TerminationFailed",
  "Deleted",
);

const connections = "properties.privateEndpointConnections";

/** An API Management service, with the properties that connections need. */
const service = asObject({
  location: at("location", asName),
  sku: at("sku.name", asSku),
  tags: at("tags", asTags),
  provisioningState: at("properties.provisioningState", asServiceState),
  virtualNetworkType: at("properties.virtualNetworkType", asVirtualNetworkType),
  publicNetworkAccess: at("properties.publicNetworkAccess", asEnum(...publicNetworkAccesses)),
  platformVersion: at("properties.platformVersion", asPlatformVersion),
  others: at("properties.additionalLocations", asList(at("location", asName))),
});

/**
 * Decodes the answer to a read of this service. Azure writes null for a service without connections. That alone is not
 * trusted: `list` reads the list of them.
 */
export async function serviceFrom(
  id: ServiceId,
  body: unknown,
  list: () => Promise<ConnectionList>,
): Promise<Read<Service>> {
  const read = thenRead(answerAbout(id, parseServiceId, body), () => service(body));
  if (read.kind === "unknown") return read;
  const { others, ...properties } = read.value;
  const locations = thenRead(properties.location, (first) =>
    mapRead(others, (rest) => [...new Set([first, ...rest])]),
  );
  const own = at(connections, (value) => knownRead(connectionListFrom(id, value)))(body);
  const shown = own.kind === "known" ? own.value : { connections: own, readable: [], unreadable: [] };
  const isUnsaid = shown.connections.kind === "unknown" && shown.connections.reason === "not-in-answer";
  const { unreadable, ...found } = isUnsaid ? await list() : shown;
  return knownRead({
    id,
    ...properties,
    locations,
    ...found,
    ...(unreadable.length === 0 ? {} : { unreadable }),
  });
}

const listed = asObject({ id: at("id", asId(parseServiceId)), tags: at("tags", asTags) });

/** Decodes a service from its provider's list, or from a row of the inventory with its `properties`. */
export function listedFrom(body: unknown): Read<ListedService> {
  return thenRead(listed(body), ({ id, tags }) =>
    mapRead(id, (parsed) => {
      const own = at(connections, (value) => connectionsFrom(parsed, value))(body);
      const hasNullConnections = own.kind === "unknown" && own.reason === "not-in-answer" ? true : undefined;
      return { id: parsed, tags, ...defined({ connections: valueOf(own), hasNullConnections }) };
    }),
  );
}
