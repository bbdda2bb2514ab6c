import type { Connection } from "../connections/azure-connections.ts";
import { knownRead, thenRead, unknownRead, valueOf, type Read } from "../estate/read.ts";
import { asArray, asEnum, asId, asName, asObject, asString, asStrings, at } from "./arm-json.ts";
import { defined } from "./defined.ts";
import { parseConnectionId, parseEndpointId, type ConnectionId, type ServiceId } from "./resource-id.ts";
import { sanitizeText } from "../sanitize-text.ts";
import { connectionProvisioningStates, connectionStates } from "../azure-values.ts";

/** A private endpoint connection, as in its own answer, its service's, a list or Resource Graph. */
const connection = asObject({
  id: at("id", asId(parseConnectionId)),
  armId: at("id", asName),
  state: at("properties.privateLinkServiceConnectionState.status", asEnum(...connectionStates)),
  description: at("properties.privateLinkServiceConnectionState.description", asString),
  provisioningState: at("properties.provisioningState", asEnum(...connectionProvisioningStates)),
  endpointId: at("properties.privateEndpoint.id", asName),
  groupIds: at("properties.groupIds", asStrings),
});

/** Decodes a connection. Without an id or a state it is unknown. */
function connectionIn(body: unknown): Read<Connection> {
  return thenRead(connection(body), ({ id, armId, state, description, endpointId, ...rest }) =>
    thenRead(id, (parsed) =>
      thenRead(armId, (text) =>
        thenRead(state, (status) =>
          knownRead({
            id: parsed,
            armId: text,
            state: status,
            ...defined({ description: valueOf(description), endpointId: valueOf(readable(endpointId)) }),
            ...rest,
          }),
        ),
      ),
    ),
  );
}

/** An unreadable endpoint id counts as none, so that it is not mistaken for another endpoint's. */
function readable(endpointId: Read<string>): Read<string> {
  return thenRead(endpointId, (text) =>
    parseEndpointId(text) === undefined ? unknownRead("malformed") : endpointId,
  );
}

/** Decodes the answer to a read of this connection. */
export function connectionFrom(id: ConnectionId, body: unknown): Read<Connection> {
  return thenRead(answerAbout(id, parseConnectionId, body), () => connectionIn(body));
}

/**
 * Decodes all of a service's connections. One that cannot be read, that is duplicated or that belongs to another
 * service makes the list unknown, so that nothing is counted or compared over a part of it.
 */
export function connectionsFrom(service: ServiceId, list: unknown): Read<readonly Connection[]> {
  return thenRead(asArray(list), (members) => {
    const read = members.map(connectionIn);
    const found = read.flatMap((each) => (each.kind === "known" ? [each.value] : []));
    const names = new Set(found.map(({ id }) => id.text));
    const isWhole =
      names.size === members.length && found.every(({ id }) => id.service.text === service.text);
    return isWhole ? knownRead(found) : unknownRead("incomplete-list");
  });
}

/** The readable connections of a list, which may be incomplete. */
export function readableIn(service: ServiceId, list: unknown): readonly Connection[] {
  const members = asArray(list);
  if (members.kind === "unknown") return [];
  return members.value.flatMap((member) => {
    const read = connectionIn(member);
    return read.kind === "known" && read.value.id.service.text === service.text ? [read.value] : [];
  });
}

/** More would fill a message. */
const namedMax = 5;

/**
 * What makes a list unreadable, for whoever has to find it in Azure: the ids of members that cannot be read or belong
 * elsewhere, which is text that requesters may have chosen.
 */
export function unreadableIn(service: ServiceId, list: unknown): readonly string[] {
  const members = asArray(list);
  if (members.kind === "unknown") return [];
  const named = members.value.flatMap((member) => {
    const read = connectionIn(member);
    if (read.kind === "known" && read.value.id.service.text === service.text) return [];
    const id = at("id", asName)(member);
    return id.kind === "known" ? sanitizeText(id.value, 300) : "one without an id";
  });
  const more = named.length - namedMax;
  return more > 0 ? [...named.slice(0, namedMax), `${more} more`] : named;
}

/** Whether an answer is about the requested resource. An empty 200 is not an answer. */
export function answerAbout<Id extends { readonly text: string }>(
  asked: { readonly text: string },
  parse: (text: string) => Id | undefined,
  body: unknown,
): Read<true> {
  const id = at("id", asId(parse))(body);
  if (id.kind === "unknown") return unknownRead(id.reason === "not-in-answer" ? "empty-answer" : id.reason);
  return id.value.text === asked.text ? knownRead(true) : unknownRead("malformed");
}
