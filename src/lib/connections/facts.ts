import type { Read } from "../estate/read.ts";
import type { Subscription, Subscriptions } from "../estate/subscription.ts";
import type { Promised } from "./ledger.ts";
import { parseEndpointId, parseSubnetId } from "../azure/resource-id.ts";
import { known, unknown, type Fact, type Facts, type FactValue } from "../policy/fact.ts";
import { fields, type FieldName } from "../policy/field.ts";
import { normaliseLocation } from "../policy/location.ts";
import type { Connection, Endpoint, Network, Service } from "./azure.ts";

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
  "connection.provisioningState": ({ connection }) => known(connection.provisioningState),
  "connection.groupId": groupId,
  "connection.message": ({ connection: { state, description } }) =>
    // Whoever approves or rejects overwrites it.
    state === "Pending" ? known(description) : unknown("not-attempted"),
  "endpoint.id": fromEndpointId((id) => id.text),
  "endpoint.subscriptionId": fromEndpointId((id) => id.subscriptionId),
  "endpoint.resourceGroup": fromEndpointId((id) => id.resourceGroup),
  "endpoint.name": fromEndpointId((id) => id.endpointName),
  "endpoint.location": fromEndpoint(({ location }) => location && normaliseLocation(location)),
  "endpoint.tags": fromEndpoint(({ tags }) => tags),
  "endpoint.subnet.id": fromEndpoint(({ subnetId }) => subnetId?.toLowerCase()),
  "endpoint.subnet.addressPrefixes": fromNetwork(({ subnetPrefixes }) => subnetPrefixes),
  "endpoint.subnet.name": fromEndpoint(({ subnetId }) => parseSubnetId(subnetId ?? "")?.subnetName),
  "endpoint.virtualNetwork.id": fromEndpoint(
    ({ subnetId }) => parseSubnetId(subnetId ?? "")?.virtualNetworkId,
  ),
  "endpoint.virtualNetwork.name": fromEndpoint(
    ({ subnetId }) => parseSubnetId(subnetId ?? "")?.virtualNetworkName,
  ),
  "endpoint.virtualNetwork.addressPrefixes": fromNetwork(({ addressPrefixes }) => addressPrefixes),
  "endpoint.virtualNetwork.tags": fromNetwork(({ tags }) => tags),
  "endpoint.privateAddresses": fromEndpoint(({ privateAddresses }) => privateAddresses),
  "endpoint.applicationSecurityGroups": fromEndpoint((endpoint) => endpoint.applicationSecurityGroups),
  "endpoint.manual": fromEndpoint(({ manual }) => manual),
  "requester.tenant": tenant,
  "requester.subscriptionName": fromRequester(({ name }) => name),
  "requester.managementGroups": fromRequester(({ managementGroups }) => managementGroups),
  "service.id": fromConnectionId(({ service }) => service.text),
  "service.subscriptionId": fromConnectionId(({ service }) => service.subscriptionId),
  "service.resourceGroup": fromConnectionId(({ service }) => service.resourceGroup),
  "service.name": fromConnectionId(({ service }) => service.serviceName),
  "service.location": fromService(({ location }) => location && normaliseLocation(location)),
  "service.sku": fromService(({ sku }) => sku),
  "service.virtualNetworkType": fromService((service) => service.virtualNetworkType),
  "service.publicNetworkAccess": fromService((service) => service.publicNetworkAccess),
  "service.platformVersion": fromService(({ platformVersion }) => platformVersion),
  "service.tags": fromService(({ tags }) => tags),
  "service.locations": fromService(({ locations }) => locations.map(normaliseLocation)),
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

function fromRead<T>(read: Read<T>, pick: (value: T) => FactValue | undefined): Fact {
  return read.kind === "unknown" ? unknown(read.reason) : known(pick(read.value));
}

function fromEndpoint(pick: (endpoint: Endpoint) => FactValue | undefined) {
  return ({ endpoint }: Snapshot): Fact => fromRead(endpoint, pick);
}

function fromNetwork(pick: (network: Network) => FactValue | undefined) {
  return ({ network }: Snapshot): Fact => fromRead(network, pick);
}

function fromService(pick: (service: Service) => FactValue | undefined) {
  return ({ service }: Snapshot): Fact => fromRead(service, pick);
}

function fromConnections(pick: (connections: readonly Connection[], snapshot: Snapshot) => number) {
  return (snapshot: Snapshot): Fact => {
    if (snapshot.service.kind === "unknown") return unknown(snapshot.service.reason);
    return fromRead(snapshot.service.value.connections, (connections) => pick(connections, snapshot));
  };
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
  const { service, subscriptions } = snapshot;
  if (service.kind === "unknown") return unknown(service.reason);
  if (service.value.connections.kind === "unknown") return unknown(service.value.connections.reason);
  if (subscriptions.kind === "unknown") return unknown(subscriptions.reason);
  const groups = takenOf(service.value.connections.value, snapshot).map(({ endpointId }) => {
    const id = parseEndpointId(endpointId ?? "")?.subscriptionId;
    return subscriptions.value.byId.get(id ?? "")?.managementGroups;
  });
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

/** Approved connections from the requester's own subscription; unknown where the requester is. */
function fromSubscription(snapshot: Snapshot): Fact {
  const requester = parseEndpointId(snapshot.connection.endpointId ?? "");
  if (requester === undefined) return unknown("no-endpoint");
  const sameSubscription = ({ endpointId }: Pick<Connection, "endpointId">) =>
    parseEndpointId(endpointId ?? "")?.subscriptionId === requester.subscriptionId;
  return fromConnections((all) => takenOf(all, snapshot).filter(sameSubscription).length)(snapshot);
}

/** Group ids come with the service's own answer alone; the connection's own read drops them. */
function groupId({ connection, service }: Snapshot): Fact {
  if (service.kind === "unknown") return unknown(service.reason);
  const { connections } = service.value;
  if (connections.kind === "unknown") return unknown(connections.reason);
  const listed = connections.value.find(({ id }) => id.text === connection.id.text);
  return listed?.groupIds === undefined ? unknown("empty-answer") : known(listed.groupIds[0]);
}

/**
 * Foreign only on ARM's own word (401 InvalidAuthenticationTokenTenant). A refusal for want of rights (403)
 * came after ARM took our tenant's token, so the tenant is ours.
 */
function tenant({ endpoint }: Snapshot): Fact {
  if (endpoint.kind === "known" || endpoint.reason === "forbidden") return known("ours");
  return endpoint.reason === "foreign-tenant" ? known("foreign") : unknown(endpoint.reason);
}
