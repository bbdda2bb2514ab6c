import { knownRead, mapRead, thenRead, unknownRead, type Read } from "../estate/read.ts";
import type { Subscription, Subscriptions } from "../estate/subscription.ts";
import type { Promised } from "./ledger.ts";
import { parseEndpointId, parseSubnetId, type SubnetId } from "../azure/resource-id.ts";
import { known, unknown, type Fact, type Facts, type FactValue } from "../policy/fact.ts";
import { fields, type FieldName } from "../policy/field.ts";
import { normaliseLocation } from "../policy/location.ts";
import { isDocumentedState, type Connection, type Endpoint, type Network, type Service } from "./azure.ts";
import { foldCase } from "../fold-case.ts";

/** Everything that one attempt read of a connection. */
export interface Snapshot {
  readonly connection: Connection;
  readonly service: Read<Service>;
  readonly endpoint: Read<Endpoint>;
  readonly network: Read<Network>;
  /** The requester's, and those that the service's approved connections come from. */
  readonly subscriptions: Read<Subscriptions>;
  /** Approvals of the service's connections that we decided, whether Azure shows them or not. */
  readonly promised: readonly Promised[];
  readonly now: Date;
}

/** Azure's limit of connections a service (Azure's documents on private endpoints for API Management). */
export const connectionsMax = 100;

/** Where each field comes from. The type makes a field without a source an error. */
const sources: Readonly<Record<FieldName, (snapshot: Snapshot) => Fact>> = {
  "connection.id": ({ connection }) => known(connection.id.text),
  "connection.name": ({ connection }) => known(connection.id.connectionName),
  "connection.state": ({ connection }) => known(connection.state),
  "connection.provisioningState": ({ connection }) => factOf(connection.provisioningState),
  "connection.groupId": groupId,
  "connection.message": message,
  "endpoint.id": fromEndpointId((id) => id.text),
  "endpoint.subscriptionId": fromEndpointId((id) => id.subscriptionId),
  "endpoint.resourceGroup": fromEndpointId((id) => id.resourceGroup),
  "endpoint.name": fromEndpointId((id) => id.endpointName),
  "endpoint.location": fromEndpoint(({ location }) => mapRead(location, normaliseLocation)),
  "endpoint.tags": fromEndpoint(({ tags }) => tags),
  "endpoint.subnet.id": fromSubnet(({ text }) => foldCase(text)),
  "endpoint.subnet.addressPrefixes": fromNetwork(({ subnetPrefixes }) => subnetPrefixes),
  "endpoint.subnet.name": fromSubnet(({ subnetName }) => subnetName),
  "endpoint.virtualNetwork.id": fromSubnet(({ virtualNetworkId }) => virtualNetworkId),
  "endpoint.virtualNetwork.name": fromSubnet(({ virtualNetworkName }) => virtualNetworkName),
  "endpoint.virtualNetwork.addressPrefixes": fromNetwork(({ addressPrefixes }) => addressPrefixes),
  "endpoint.virtualNetwork.tags": fromNetwork(({ tags }) => tags),
  "endpoint.privateAddresses": fromEndpoint(({ privateAddresses }) => privateAddresses),
  "endpoint.applicationSecurityGroups": fromEndpoint((endpoint) => endpoint.applicationSecurityGroups),
  "endpoint.manual": manual,
  "requester.tenant": tenant,
  "requester.subscriptionName": fromRequester(({ name }) => name),
  "requester.managementGroups": fromRequester(({ managementGroups }) => managementGroups),
  "service.id": fromConnectionId(({ service }) => service.text),
  "service.subscriptionId": fromConnectionId(({ service }) => service.subscriptionId),
  "service.resourceGroup": fromConnectionId(({ service }) => service.resourceGroup),
  "service.name": fromConnectionId(({ service }) => service.serviceName),
  "service.location": fromService(({ location }) => mapRead(location, normaliseLocation)),
  "service.sku": fromService(({ sku }) => sku),
  "service.virtualNetworkType": fromService((service) => service.virtualNetworkType),
  "service.publicNetworkAccess": fromService((service) => service.publicNetworkAccess),
  "service.platformVersion": fromService(({ platformVersion }) => platformVersion),
  "service.tags": fromService(({ tags }) => tags),
  "service.locations": fromService(({ locations }) =>
    mapRead(locations, (all) => all.map(normaliseLocation)),
  ),
  "counts.approved": fromConnections((all, snapshot) => takenOf(all, snapshot).length),
  "counts.pending": fromConnections((all) => all.filter(({ state }) => state === "Pending").length),
  "counts.fromSubscription": fromSubscription,
  "counts.fromManagementGroup": fromManagementGroup,
  "counts.headroom": fromConnections((all) => connectionsMax - all.length),
  "time.now": ({ now }) => known(now.toISOString()),
};

/** The facts of a snapshot, by the catalogue's slots. Pure. */
export function factsOf(snapshot: Snapshot): Facts {
  return fields.map(({ name }) => sources[name](snapshot));
}

function factOf(read: Read<FactValue>): Fact {
  return read.kind === "known" ? known(read.value) : unknown(read.reason);
}

/** Whoever approves or rejects overwrites it. Where there is none Azure writes an empty one, so that none is not told. */
function message({ connection: { state, description } }: Snapshot): Fact {
  if (state !== "Pending") return unknown("not-attempted");
  return description === undefined ? unknown("not-in-answer") : known(description);
}

function isApproved({ state }: Connection): boolean {
  return state === "Approved";
}

function fromConnectionId(pick: (id: Connection["id"]) => string) {
  return ({ connection }: Snapshot): Fact => known(pick(connection.id));
}

/** The endpoint's id stands in the connection itself, so it is known even where the endpoint cannot be read. */
function fromEndpointId(pick: (id: NonNullable<ReturnType<typeof parseEndpointId>>) => string) {
  return ({ connection }: Snapshot): Fact => {
    const id = parseEndpointId(connection.endpointId ?? "");
    return id === undefined ? unknown("no-endpoint") : known(pick(id));
  };
}

function fromEndpoint(pick: (endpoint: Endpoint) => Read<FactValue>) {
  return ({ endpoint }: Snapshot): Fact => factOf(thenRead(endpoint, pick));
}

function fromSubnet(pick: (id: SubnetId) => string) {
  return fromEndpoint(({ subnetId }) =>
    thenRead(subnetId, (text) => {
      const id = parseSubnetId(text);
      return id === undefined ? unknownRead("malformed") : knownRead(pick(id));
    }),
  );
}

function fromNetwork(pick: (network: Network) => Read<FactValue>) {
  return ({ network }: Snapshot): Fact => factOf(thenRead(network, pick));
}

function fromService(pick: (service: Service) => Read<FactValue>) {
  return ({ service }: Snapshot): Fact => factOf(thenRead(service, pick));
}

/** Which list of its requests the endpoint names this service in. */
function manual({ connection, endpoint }: Snapshot): Fact {
  const named = thenRead(endpoint, ({ targets }) =>
    mapRead(targets, (all) => all.filter(({ service }) => service.text === connection.id.service.text)),
  );
  if (named.kind === "unknown") return unknown(named.reason);
  const ways = new Set(named.value.map((each) => each.manual));
  const [way] = ways;
  if (way === undefined) return unknown("not-in-answer");
  return ways.size === 1 ? known(way) : unknown("malformed");
}

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

function fromConnections(pick: (connections: readonly Connection[], snapshot: Snapshot) => number) {
  return (snapshot: Snapshot): Fact =>
    factOf(mapRead(connectionsOf(snapshot), (connections) => pick(connections, snapshot)));
}

/** The requester is who owns the endpoint's subscription. What no list that we may read has in it stays unknown. */
function fromRequester(pick: (subscription: Subscription) => FactValue) {
  return (snapshot: Snapshot): Fact => {
    const id = parseEndpointId(snapshot.connection.endpointId ?? "")?.subscriptionId;
    if (id === undefined) return unknown("no-endpoint");
    const { subscriptions, endpoint } = snapshot;
    if (subscriptions.kind === "unknown") return unknown(subscriptions.reason);
    const found = subscriptions.value.byId.get(id);
    if (found !== undefined) return known(pick(found));
    return unknown(
      endpoint.kind === "unknown" && endpoint.reason === "foreign-tenant" ? "foreign-tenant" : "not-found",
    );
  };
}

/**
 * How many Approved connections come from each management group of the requester. Known only where the groups of every
 * one of them are: what one unreadable subscription adds cannot be told.
 */
function fromManagementGroup(snapshot: Snapshot): Fact {
  const own = sources["requester.managementGroups"](snapshot);
  if (own.kind !== "known") return own;
  const { subscriptions } = snapshot;
  const connections = connectionsOf(snapshot);
  if (connections.kind === "unknown") return unknown(connections.reason);
  if (subscriptions.kind === "unknown") return unknown(subscriptions.reason);
  const owners = takenOf(connections.value, snapshot).map(ownerOf);
  if (owners.includes(undefined)) return unknown("no-endpoint");
  const groups = owners.map((id) => subscriptions.value.byId.get(id ?? "")?.managementGroups);
  if (groups.includes(undefined)) return unknown("not-found");
  const countOf = (group: string) => groups.filter((each) => each?.includes(group) === true).length;
  return known(Object.fromEntries((own.value as readonly string[]).map((group) => [group, countOf(group)])));
}

/** The service's Approved connections, as far as they could be read. */
export function approvedOf(service: Read<Service>): readonly Connection[] {
  if (service.kind === "unknown" || service.value.connections.kind === "unknown") return [];
  return service.value.connections.value.filter(isApproved);
}

/** The places that are taken: by what Azure shows as Approved, and by what we promised to others and it does not show. */
function takenOf(
  all: readonly Connection[],
  { connection, promised }: Snapshot,
): readonly Pick<Connection, "endpointId">[] {
  // The list may be newer than the read of the connection itself, which must not take its own place.
  const isItself = ({ id }: Connection) => id.text === connection.id.text;
  const approved = all.filter((each) => isApproved(isItself(each) ? connection : each));
  const shown = new Set(approved.map(({ id }) => id.text));
  return [...approved, ...promised.filter(({ id }) => id !== connection.id.text && !shown.has(id))];
}

/** The subscription whose endpoint a connection is of; undefined where that was not told. */
function ownerOf({ endpointId }: Pick<Connection, "endpointId">): string | undefined {
  return parseEndpointId(endpointId ?? "")?.subscriptionId;
}

/** Approved connections from the requester's own subscription; unknown where the requester is, or one of theirs. */
function fromSubscription(snapshot: Snapshot): Fact {
  const requester = ownerOf(snapshot.connection);
  if (requester === undefined) return unknown("no-endpoint");
  const connections = connectionsOf(snapshot);
  if (connections.kind === "unknown") return unknown(connections.reason);
  const owners = takenOf(connections.value, snapshot).map(ownerOf);
  if (owners.includes(undefined)) return unknown("no-endpoint");
  return known(owners.filter((each) => each === requester).length);
}

/** The connection's own answer has the groups, and else the service's. */
function groupId({ connection, service }: Snapshot): Fact {
  const own = firstOf(connection.groupIds);
  if (own.kind === "known") return own;
  const listed = thenRead(service, ({ connections }) =>
    thenRead(connections, (all) => {
      const found = all.find(({ id }) => id.text === connection.id.text);
      return found === undefined ? unknownRead("incomplete-list") : found.groupIds;
    }),
  );
  return firstOf(listed);
}

function firstOf(groups: Read<readonly string[]>): Fact {
  if (groups.kind === "unknown") return unknown(groups.reason);
  const [first] = groups.value;
  return first === undefined ? unknown("not-in-answer") : known(first);
}

/**
 * Foreign only on ARM's own word (401 InvalidAuthenticationTokenTenant). A refusal for want of rights (403)
 * came after ARM took our tenant's token, so the tenant is ours.
 */
function tenant({ endpoint }: Snapshot): Fact {
  if (endpoint.kind === "known" || endpoint.reason === "forbidden") return known("ours");
  // What is not found, not shown or not answered may be anybody's.
  return endpoint.reason === "foreign-tenant" ? known("foreign") : unknown(endpoint.reason);
}
