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
            ...defined({ description: valueOf(description), endpointId: valueOf(readableId(endpointId)) }),
            ...rest,
          }),
        ),
      ),
    ),
  );
}

/** An unreadable endpoint id counts as none, so that it is not mistaken for another endpoint's. */
function readableId(endpointId: Read<string>): Read<string> {
  return thenRead(endpointId, (text) =>
    parseEndpointId(text) === undefined ? unknownRead("malformed") : endpointId,
  );
}

/** Decodes the answer to a read of this connection. */
export function connectionFrom(id: ConnectionId, body: unknown): Read<Connection> {
  return thenRead(answerAbout(id, parseConnectionId, body), () => connectionIn(body));
}

/** What a list of a service's connections says. */
export interface ConnectionList {
  /**
   * All of them; unknown if one cannot be read, is duplicated or belongs to another service, so that nothing is counted
   * or compared over a part of the list.
   */
  readonly connections: Read<readonly Connection[]>;
  readonly readable: readonly Connection[];
  /** The ids of the first other entries, for whoever looks for them in Azure: text that requesters may have chosen. */
  readonly unreadable: readonly string[];
}

/** More would fill a message. */
const namedMax = 5;

export function connectionListFrom(service: ServiceId, list: unknown): ConnectionList {
  const members = asArray(list);
  if (members.kind === "unknown") return { connections: members, readable: [], unreadable: [] };
  const readable = new Map<string, Connection>();
  const unreadable: string[] = [];
  for (const member of members.value) {
    const read = connectionIn(member);
    if (read.kind === "unknown") unreadable.push(nameOf(member));
    else if (read.value.id.service.text !== service.text) unreadable.push(nameOf(member));
    else if (readable.has(read.value.id.text)) unreadable.push(`${nameOf(member)} twice`);
    else readable.set(read.value.id.text, read.value);
  }
  const found = [...readable.values()];
  const connections = unreadable.length === 0 ? knownRead(found) : unknownRead("incomplete-list");
  const more = unreadable.length - namedMax;
  const named = more > 0 ? [...unreadable.slice(0, namedMax), `${more} more`] : unreadable;
  return { connections, readable: found, unreadable: named };
}

function nameOf(member: unknown): string {
  const id = at("id", asName)(member);
  return id.kind === "known" ? sanitizeText(id.value, 300) : "an entry without an id";
}

/** Decodes all of a service's connections. */
export function connectionsFrom(service: ServiceId, list: unknown): Read<readonly Connection[]> {
  return connectionListFrom(service, list).connections;
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
