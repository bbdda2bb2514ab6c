import { foldName } from "../../fold-name.ts";
import { parseEndpointId } from "../../azure/resource-id.ts";
import { knownRead, mapRead, thenRead, unknownRead, type Read } from "../../estate/read.ts";
import { tagsRead } from "../../estate/scope.ts";
import { subscriptionIn, type Subscription } from "../../estate/subscription.ts";
import { foldText } from "../../policy/values/fold-text.ts";
import { isDocumentedState, type Connection, type Service } from "../azure-connections.ts";
import { requesterOf } from "./requester-subscription.ts";
import type { Snapshot } from "./snapshot.ts";
import { virtualNetworkOf } from "./virtual-network.ts";
import { connectionsMax } from "../../azure-values.ts";

type Counted = Pick<Connection, "endpointId">;

/**
 * The service's connections, if the list is complete: a list without the connection itself may lack others too, and a
 * connection in an undocumented state cannot be counted.
 */
function connectionsOf({ connection, service }: Snapshot): Read<readonly Connection[]> {
  return thenRead(service, ({ connections }) =>
    thenRead(connections, (all) => {
      if (!all.some(({ id }) => id.text === connection.id.text)) return unknownRead("incomplete-list");
      return all.every(({ state }) => isDocumentedState(state)) ? connections : unknownRead("malformed");
    }),
  );
}

function isApproved({ state }: Connection): boolean {
  return state === "Approved";
}

/** The service's Approved connections; none if the list is unknown. */
export function approvedOf(service: Read<Service>): readonly Connection[] {
  if (service.kind === "unknown" || service.value.connections.kind === "unknown") return [];
  return service.value.connections.value.filter(isApproved);
}

/** The connections that limits count: Approved ones, and reserved ones that Azure does not show as Approved yet. */
function countedConnections(snapshot: Snapshot): Read<readonly Counted[]> {
  const { connection, reservations } = snapshot;
  return mapRead(connectionsOf(snapshot), (all) => {
    // The list may be newer than the read of the connection itself, which must not be counted against itself.
    const isItself = ({ id }: Connection) => id.text === connection.id.text;
    const approvedNow = all.filter((each) => isApproved(isItself(each) ? connection : each));
    const shown = new Set(approvedNow.map(({ id }) => id.text));
    return [...approvedNow, ...reservations.filter(({ id }) => id !== connection.id.text && !shown.has(id))];
  });
}

export function approved(snapshot: Snapshot): Read<number> {
  return mapRead(countedConnections(snapshot), (counted) => counted.length);
}

export function pending(snapshot: Snapshot): Read<number> {
  return mapRead(connectionsOf(snapshot), (all) => all.filter(({ state }) => state === "Pending").length);
}

export function headroom(snapshot: Snapshot): Read<number> {
  return mapRead(connectionsOf(snapshot), (all) => connectionsMax - all.length);
}

/** Reads a property of each counted connection. Known only if it is known for all of them. */
function readEach<T>(snapshot: Snapshot, property: (counted: Counted) => Read<T>): Read<readonly T[]> {
  return thenRead(countedConnections(snapshot), (all) => {
    const found: T[] = [];
    for (const each of all) {
      const read = property(each);
      if (read.kind === "unknown") return read;
      found.push(read.value);
    }
    return knownRead(found);
  });
}

/** The id of the subscription that owns a connection's endpoint. */
function ownerOf({ endpointId }: Counted): Read<string> {
  const id = parseEndpointId(endpointId ?? "");
  return id === undefined ? unknownRead("no-endpoint") : knownRead(id.subscriptionId);
}

function subscriptionOf({ subscriptions }: Snapshot, counted: Counted): Read<Subscription> {
  return thenRead(ownerOf(counted), (id) => subscriptionIn(subscriptions, id));
}

/** Counted connections from the requester's subscription; unknown if the endpoint of any of them is. */
export function fromSubscription(snapshot: Snapshot): Read<number> {
  return thenRead(ownerOf(snapshot.connection), (requester) =>
    mapRead(readEach(snapshot, ownerOf), (owners) => owners.filter((each) => each === requester).length),
  );
}

/** Counted connections from the endpoint's own virtual network. */
export function fromVirtualNetwork(snapshot: Snapshot): Read<number> {
  const { connection, endpoint, networksOf } = snapshot;
  const own = virtualNetworkOf(endpoint);
  const ownId = parseEndpointId(connection.endpointId ?? "")?.text;
  const networkOf = ({ endpointId }: Counted): Read<string> => {
    const id = parseEndpointId(endpointId ?? "")?.text;
    if (id === undefined) return unknownRead("no-endpoint");
    return id === ownId ? own : (networksOf?.get(id) ?? unknownRead("not-attempted"));
  };
  return thenRead(own, (network) =>
    mapRead(readEach(snapshot, networkOf), (all) => all.filter((each) => each === network).length),
  );
}

/** Counted connections from each management group of the requester, including the groups below it. */
export function fromManagementGroup(snapshot: Snapshot): Read<Readonly<Record<string, number>>> {
  return thenRead(requesterOf(snapshot), (requester) =>
    mapRead(
      readEach(snapshot, (each) =>
        mapRead(subscriptionOf(snapshot, each), (found) => found.managementGroups),
      ),
      (all) =>
        countByName(requester.managementGroups, (group) => all.filter((each) => each.includes(group)).length),
    ),
  );
}

/**
 * Counted connections from subscriptions with the same value of a tag, for each tag of the requester's subscription.
 */
export function fromSubscriptionTag(snapshot: Snapshot): Read<Readonly<Record<string, number>>> {
  const tagsOf = ({ tags }: Subscription) => tagsRead(tags);
  return thenRead(thenRead(requesterOf(snapshot), tagsOf), (own) =>
    mapRead(
      readEach(snapshot, (each) => mapRead(thenRead(subscriptionOf(snapshot, each), tagsOf), foldTags)),
      (all) =>
        countByName(Object.keys(own), (name) => all.filter((each) => hasTag(each, name, own[name])).length),
    ),
  );
}

/** Folds names and values as the operators do, so that two spellings of a value are one. */
function foldTags(tags: Readonly<Record<string, string>>): ReadonlyMap<string, string> {
  return new Map(Object.entries(tags).map(([name, value]) => [foldName(name), foldText(value)]));
}

function hasTag(tags: ReadonlyMap<string, string>, name: string, value = ""): boolean {
  return tags.get(foldName(name)) === foldText(value);
}

function countByName(
  names: readonly string[],
  count: (name: string) => number,
): Readonly<Record<string, number>> {
  return Object.fromEntries(names.map((name) => [name, count(name)]));
}
