import { foldCase } from "../../fold-case.ts";
import { parseEndpointId } from "../../azure/resource-id.ts";
import { knownRead, mapRead, thenRead, unknownRead, type Read } from "../../estate/read.ts";
import { tagsRead } from "../../estate/scope.ts";
import type { Subscription } from "../../estate/subscription.ts";
import { fold } from "../../policy/values/fold.ts";
import { isDocumentedState, type Connection, type Service } from "../azure.ts";
import { requesterOf } from "./requester.ts";
import type { Snapshot } from "./snapshot.ts";
import { virtualNetworkOf } from "./virtual-network.ts";
import { connectionsMax } from "../../azure-values.ts";

type Counted = Pick<Connection, "endpointId">;

/**
 * The service's connections, where they are all that it has: a list without the connection itself lacks others too, and
 * what a state that we do not know counts as cannot be told.
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

/** The service's Approved connections, as far as they could be read. */
export function approvedOf(service: Read<Service>): readonly Connection[] {
  if (service.kind === "unknown" || service.value.connections.kind === "unknown") return [];
  return service.value.connections.value.filter(isApproved);
}

/** The places that are taken by what Azure shows as Approved, and and by what is reserved for others and Azure does not show yet. */
function takenIn(snapshot: Snapshot): Read<readonly Counted[]> {
  const { connection, reservations } = snapshot;
  return mapRead(connectionsOf(snapshot), (all) => {
    // The list may be newer than the read of the connection itself, which must not take its own place.
    const isItself = ({ id }: Connection) => id.text === connection.id.text;
    const found = all.filter((each) => isApproved(isItself(each) ? connection : each));
    const shown = new Set(found.map(({ id }) => id.text));
    return [...found, ...reservations.filter(({ id }) => id !== connection.id.text && !shown.has(id))];
  });
}

export function approved(snapshot: Snapshot): Read<number> {
  return mapRead(takenIn(snapshot), (taken) => taken.length);
}

export function pending(snapshot: Snapshot): Read<number> {
  return mapRead(connectionsOf(snapshot), (all) => all.filter(({ state }) => state === "Pending").length);
}

export function headroom(snapshot: Snapshot): Read<number> {
  return mapRead(connectionsOf(snapshot), (all) => connectionsMax - all.length);
}

/** What is asked of each that is counted. Known only where it is known of all: what one more would add cannot be told. */
function ofEach<T>(snapshot: Snapshot, ask: (counted: Counted) => Read<T>): Read<readonly T[]> {
  return thenRead(takenIn(snapshot), (taken) => {
    const found: T[] = [];
    for (const each of taken) {
      const read = ask(each);
      if (read.kind === "unknown") return read;
      found.push(read.value);
    }
    return knownRead(found);
  });
}

/** The subscription whose endpoint a connection is of. */
function ownerOf({ endpointId }: Counted): Read<string> {
  const id = parseEndpointId(endpointId ?? "");
  return id === undefined ? unknownRead("no-endpoint") : knownRead(id.subscriptionId);
}

function subscriptionOf({ subscriptions }: Snapshot, counted: Counted): Read<Subscription> {
  return thenRead(ownerOf(counted), (id) =>
    thenRead(subscriptions, ({ byId }) => {
      const found = byId.get(id);
      return found === undefined ? unknownRead("not-found") : knownRead(found);
    }),
  );
}

/** Approved connections from the requester's own subscription; unknown where the requester is, or one of theirs. */
export function fromSubscription(snapshot: Snapshot): Read<number> {
  return thenRead(ownerOf(snapshot.connection), (requester) =>
    mapRead(ofEach(snapshot, ownerOf), (owners) => owners.filter((each) => each === requester).length),
  );
}

/** How many come from the endpoint's own virtual network. */
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
    mapRead(ofEach(snapshot, networkOf), (all) => all.filter((each) => each === network).length),
  );
}

/** How many come from each management group of the requester, the groups below it included. */
export function fromManagementGroup(snapshot: Snapshot): Read<Readonly<Record<string, number>>> {
  return thenRead(requesterOf(snapshot), (requester) =>
    mapRead(
      ofEach(snapshot, (each) => mapRead(subscriptionOf(snapshot, each), (found) => found.managementGroups)),
      (all) =>
        byName(requester.managementGroups, (group) => all.filter((each) => each.includes(group)).length),
    ),
  );
}

/** How many come from subscriptions with the same value of a tag, for each tag of the requester's subscription. */
export function fromSubscriptionTag(snapshot: Snapshot): Read<Readonly<Record<string, number>>> {
  const tagsOf = ({ tags }: Subscription) => tagsRead(tags);
  return thenRead(thenRead(requesterOf(snapshot), tagsOf), (own) =>
    mapRead(
      ofEach(snapshot, (each) => mapRead(thenRead(subscriptionOf(snapshot, each), tagsOf), folded)),
      (all) => byName(Object.keys(own), (name) => all.filter((each) => has(each, name, own[name])).length),
    ),
  );
}

/** Values fold as the operators fold them: two spellings of a team are one team. */
function folded(tags: Readonly<Record<string, string>>): ReadonlyMap<string, string> {
  return new Map(Object.entries(tags).map(([name, value]) => [foldCase(name), fold(value)]));
}

function has(tags: ReadonlyMap<string, string>, name: string, value = ""): boolean {
  return tags.get(foldCase(name)) === fold(value);
}

function byName(names: readonly string[], count: (name: string) => number): Readonly<Record<string, number>> {
  return Object.fromEntries(names.map((name) => [name, count(name)]));
}
