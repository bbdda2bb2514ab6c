import { asServiceTag } from "../../lib/azure/addresses-from.ts";
import { asArray, asList, asName, asObject, at, type Decode } from "../../lib/azure/arm-json.ts";
import { answerAbout, connectionsFrom } from "../../lib/azure/connection-from.ts";
import {
  parseConnectionId,
  parseEndpointId,
  parseServiceId,
  type ConnectionId,
  type EndpointId,
  type ServiceId,
} from "../../lib/azure/resource-id.ts";
import type { Connection } from "../../lib/connections/azure-connections.ts";
import { knownRead, thenRead } from "../../lib/estate/read.ts";
import { normaliseLocation } from "../../lib/policy/values/location.ts";
import { decoded, known, thenFound, type Found } from "./finding.ts";

/**
 * Decoders of what the probe reads. They are the app's own, so that an answer that the app cannot use counts as none
 * here.
 */

/** The list of a service's connections, as it is read by itself. */
export function asConnections(service: ServiceId): Decode<readonly Connection[]> {
  return at("value", (list) => connectionsFrom(service, list));
}

/** The connections in the service's own answer, or in its row. Azure writes null for none (recorded). */
export function asOwnConnections(service: ServiceId): Decode<readonly Connection[]> {
  return at("properties.privateEndpointConnections", (list) =>
    list === null ? knownRead([]) : connectionsFrom(service, list),
  );
}

/**
 * The same, where the answer or the row is about the service; undefined where it has no such property, which is
 * something known about it.
 */
export function ownConnections(service: ServiceId, body: unknown): Found<readonly Connection[] | undefined> {
  return thenFound(decoded(body, asAboutService(service)), () =>
    thenFound(decoded(body, at("properties", asObject({}))), () => {
      const read = asOwnConnections(service)(body);
      const isMissing = read.kind === "unknown" && read.reason === "not-in-answer";
      return isMissing ? known(undefined) : decoded(body, asOwnConnections(service));
    }),
  );
}

export function asAboutService(service: ServiceId): Decode<true> {
  return (body) => answerAbout(service, parseServiceId, body);
}

/** Rows of Resource Graph. */
export const asRows = at("data", asArray);

export const asProvisioningState = at("properties.provisioningState", asName);

export const asRegion: Decode<string> = (body) =>
  thenRead(at("location", asName)(body), (location) => knownRead(normaliseLocation(location)));

/** The endpoints that the connections name, in whatever form the rest of them is. */
export function endpointIdsIn(body: unknown): readonly EndpointId[] {
  const list = at("value", asArray)(body);
  if (list.kind === "unknown") return [];
  const ids = list.value.flatMap((each) => {
    const named = at("properties.privateEndpoint.id", asName)(each);
    const id = named.kind === "known" ? parseEndpointId(named.value) : undefined;
    return id === undefined ? [] : [id];
  });
  return [...new Map(ids.map((id) => [id.text, id])).values()];
}

/** The state of a connection in its own answer. */
export function asState(id: ConnectionId): Decode<string> {
  return (body) =>
    thenRead(answerAbout(id, parseConnectionId, body), () =>
      at("properties.privateLinkServiceConnectionState.status", asName)(body),
    );
}

const link = at("properties.approvalReference.privateEndpointId", asName);

/** Whether an endpoint names another one from which it inherits its approval. */
export function inheritsApproval(body: unknown): boolean {
  return ["privateLinkServiceConnections", "manualPrivateLinkServiceConnections"].some((list) => {
    const links = at(`properties.${list}`, asArray)(body);
    return links.kind === "known" && links.value.some((each) => link(each).kind === "known");
  });
}

export const asTags = at("values", asList(asServiceTag));

/** The answer has thousands of tags; this leaves the one with this name. */
export function onlyTag(body: unknown, name: string): unknown {
  const tags = at("values", asArray)(body);
  if (tags.kind === "unknown") return body;
  const isWanted = (each: unknown) => {
    const named = at("name", asName)(each);
    return named.kind === "known" && named.value.toLowerCase() === name.toLowerCase();
  };
  return { ...(body as object), values: tags.value.filter(isWanted) };
}
