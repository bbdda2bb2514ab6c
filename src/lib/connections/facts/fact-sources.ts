import { knownRead, mapRead, thenRead, unknownRead, type Read } from "../../estate/read.ts";
import { tagsRead } from "../../estate/scope.ts";
import type { Subscription } from "../../estate/subscription.ts";
import { parseEndpointId, type SubnetId } from "../../azure/resource-id.ts";
import { known, unknown, type Fact, type Facts, type FactValue } from "../../policy/values/fact.ts";
import { fields, type FieldName } from "../../policy/language/fields.ts";
import { normaliseLocation } from "../../policy/values/location.ts";
import type { Connection, Endpoint, Network, Service } from "../azure-connections.ts";
import * as counts from "./counts.ts";
import { requesterOf } from "./requester-subscription.ts";
import type { Snapshot } from "./snapshot.ts";
import { subnetOf } from "./virtual-network.ts";
import { foldName } from "../../fold-name.ts";

/** The source of each field. A field without one is a type error. */
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
  "endpoint.subnet.id": fromSubnet(({ text }) => foldName(text)),
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
  "requester.subscriptionName": fromRequester(({ name }) => knownRead(name)),
  "requester.managementGroups": fromRequester(({ managementGroups }) => knownRead(managementGroups)),
  "requester.subscriptionTags": fromRequester(({ tags }) => tagsRead(tags)),
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
  "counts.approved": counted(counts.approved),
  "counts.pending": counted(counts.pending),
  "counts.fromSubscription": counted(counts.fromSubscription),
  "counts.fromVirtualNetwork": counted(counts.fromVirtualNetwork),
  "counts.fromManagementGroup": counted(counts.fromManagementGroup),
  "counts.fromSubscriptionTag": counted(counts.fromSubscriptionTag),
  "counts.headroom": counted(counts.headroom),
  "time.now": ({ now }) => known(now.toISOString()),
};

/** The facts of a snapshot, in the order of the catalogue's fields. Pure. */
export function factsOf(snapshot: Snapshot): Facts {
  return fields.map(({ name }) => sources[name](snapshot));
}

function factOf(read: Read<FactValue>): Fact {
  return read.kind === "known" ? known(read.value) : unknown(read.reason);
}

/**
 * The requester's message until a decision overwrites it. Azure writes an empty text for none, so a missing one is
 * unknown.
 */
function message({ connection: { state, description } }: Snapshot): Fact {
  if (state !== "Pending") return unknown("not-attempted");
  return description === undefined ? unknown("not-in-answer") : known(description);
}

function fromConnectionId(pick: (id: Connection["id"]) => string) {
  return ({ connection }: Snapshot): Fact => known(pick(connection.id));
}

/** The connection itself names the endpoint, so the id is known even if the endpoint cannot be read. */
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
  return ({ endpoint }: Snapshot): Fact => factOf(mapRead(subnetOf(endpoint), pick));
}

function fromNetwork(pick: (network: Network) => Read<FactValue>) {
  return ({ network }: Snapshot): Fact => factOf(thenRead(network, pick));
}

function fromRequester(pick: (subscription: Subscription) => Read<FactValue>) {
  return (snapshot: Snapshot): Fact => factOf(thenRead(requesterOf(snapshot), pick));
}

function counted(count: (snapshot: Snapshot) => Read<FactValue>) {
  return (snapshot: Snapshot): Fact => factOf(count(snapshot));
}

function fromService(pick: (service: Service) => Read<FactValue>) {
  return ({ service }: Snapshot): Fact => factOf(thenRead(service, pick));
}

/** Whether the endpoint names this service in its list of manual requests. */
function manual({ connection, endpoint }: Snapshot): Fact {
  const named = thenRead(endpoint, ({ targets }) =>
    mapRead(targets, (all) => all.filter(({ service }) => service.text === connection.id.service.text)),
  );
  if (named.kind === "unknown") return unknown(named.reason);
  const kinds = new Set(named.value.map((each) => each.manual));
  const [isManual] = kinds;
  if (isManual === undefined) return unknown("not-in-answer");
  return kinds.size === 1 ? known(isManual) : unknown("malformed");
}

/** From the connection's own answer, otherwise from the service's list. */
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
 * Foreign only if ARM says so (401 InvalidAuthenticationTokenTenant). For a missing right (403), ARM has accepted our
 * tenant's token, so the tenant is ours.
 */
function tenant({ endpoint }: Snapshot): Fact {
  if (endpoint.kind === "known" || endpoint.reason === "forbidden") return known("ours");
  // An endpoint that is not found, not visible or not answered for may belong to any tenant.
  return endpoint.reason === "foreign-tenant" ? known("foreign") : unknown(endpoint.reason);
}
