import type { AddressAzure } from "../addresses/azure-addresses.ts";
import { sharesAddresses } from "../addresses/model/tier.ts";
import { parsePublicIpId, type ConnectionId, type ServiceId } from "../azure/resource-id.ts";
import type { Azure, Service } from "../connections/azure-connections.ts";
import type { ConnectionRecord } from "../connections/record/connection-record.ts";
import { isMissingRight } from "../estate/refusals.ts";
import { mapRead, thenRead, unknownRead, type Read } from "../estate/read.ts";
import { subscriptionIn } from "../estate/subscription.ts";
import { normaliseLocation } from "../policy/values/location.ts";
import type { RightsAzure } from "./azure-rights.ts";
import { checkEvents } from "./check-events.ts";
import { findingOf, notTestable, type Finding } from "./check.ts";
import { connectionIn, type Sampled, type Samples } from "./samples.ts";
import type { TimeLimit } from "./time-limit.ts";

const apim = "Microsoft.ApiManagement/service";
const graph = "Microsoft.ResourceGraph/resources/read";
const readSubscription = "Microsoft.Resources/subscriptions/read";

export interface RightServices {
  readonly azure: Azure;
  readonly addresses: { readonly azure: AddressAzure };
  readonly rights: RightsAzure;
}

export interface ApproverFindings {
  readonly findings: ReadonlyMap<string, Finding>;
  /** Ids of endpoints that the subscription's connections name. */
  readonly endpoints: readonly (string | undefined)[];
}

/** Reads one resource of each kind in a governed subscription: at most eight reads. */
export async function checkApprover(
  services: RightServices,
  subscription: string,
  sampled: Sampled,
  limit: TimeLimit,
): Promise<ApproverFindings> {
  const samples = sampled.bySubscription.get(subscription);
  if (samples === undefined) return { findings: new Map(), endpoints: [] };
  const { azure, rights } = services;
  const [subscriptionRead, events, service] = await Promise.all([
    limit.read(() => rights.subscription(subscription)),
    checkEvents(rights, subscription, limit),
    readService(azure, subscription, samples, limit),
  ]);
  const [connection, publicIp, serviceTags] = await Promise.all([
    checkConnection(azure, samples, service.read, limit),
    checkPublicIp(services, service, limit),
    checkServiceTags(services, subscription, service.read, limit),
  ]);
  const shown = service.read.kind === "known" ? service.read.value.readable : [];
  return {
    findings: new Map([
      [readSubscription, findingOf(subscriptionRead, `/subscriptions/${subscription}`)],
      ...events,
      [`${apim}/read`, service.finding],
      [`${apim}/privateEndpointConnections/read`, connection],
      [`${apim}/privateEndpointConnections/write`, lastWrite(samples.connections)],
      ["Microsoft.Network/publicIPAddresses/read", publicIp],
      ["Microsoft.Network/locations/serviceTags/read", serviceTags],
      [graph, checkGraph(subscription, sampled, subscriptionRead)],
    ]),
    endpoints: [...samples.connections, ...shown].map(({ endpointId }) => endpointId),
  };
}

interface ServiceRead {
  readonly id?: ServiceId;
  readonly read: Read<Service>;
  readonly finding: Finding;
}

async function readService(
  azure: Azure,
  subscription: string,
  { services: [known] }: Samples,
  limit: TimeLimit,
): Promise<ServiceRead> {
  if (known !== undefined) {
    const read = await limit.read(() => azure.service(known));
    return { id: known, read, finding: findingOf(read, known.text) };
  }
  const list = await limit.read(() => azure.services(subscription));
  const [first] = list.kind === "known" ? list.value : [];
  if (first === undefined && list.kind === "known")
    return { read: unknownRead("not-attempted"), finding: notTestable("no service is in the subscription") };
  if (first === undefined)
    return { read: unknownRead("not-attempted"), finding: findingOf(list, "the list of services") };
  const read = await limit.read(() => azure.service(first.id));
  return { id: first.id, read, finding: findingOf(read, first.id.text) };
}

async function checkConnection(
  azure: Azure,
  samples: Samples,
  service: Read<Service>,
  limit: TimeLimit,
): Promise<Finding> {
  const connections = thenRead(service, ({ connections: list }) => list);
  const shown = mapRead(connections, (list) => list.map(({ id }) => id));
  const id: ConnectionId | undefined =
    shown.kind === "known" && shown.value.length > 0 ? shown.value[0] : connectionIn(samples);
  if (id !== undefined) return findingOf(await limit.read(() => azure.connection(id)), id.text);
  if (service.kind === "known") return findingOf(connections, "the list of the service's connections");
  return notTestable("no connection is known");
}

/** What the app recorded of its last writes. A write is never tried. */
function lastWrite(records: readonly ConnectionRecord[]): Finding {
  const refused = records.filter(isWithoutRight);
  const applied = records.filter(({ phase }) => phase === "Applied");
  // Of two at the same time, the refused one comes first.
  const [last] = [...refused, ...applied].toSorted((a, b) => timeOf(b).localeCompare(timeOf(a)));
  if (last === undefined)
    return notTestable("no connection was approved or rejected yet, and a write is never tried");
  return last.phase === "Applied"
    ? { state: "ok", detail: `last write recorded, decided at ${timeOf(last)}: ${last.id.text}` }
    : { state: "missing", detail: `${last.difficulty} at ${timeOf(last)}: ${last.id.text}` };
}

/** Azure answers 403 for a policy and a deny assignment too: no role mends those. */
function isWithoutRight({ phase, difficulty = "" }: ConnectionRecord): boolean {
  const [, code = ""] = /\(403 (\w+)\)/.exec(difficulty) ?? [];
  return phase === "Failed" && isMissingRight(code);
}

/** A later review of a connection at rest writes nothing, so that the time of its decision counts. */
function timeOf({ phase, decidedAt, reviewedAt, firstSeenAt }: ConnectionRecord): string {
  return (phase === "Applied" ? decidedAt : reviewedAt) ?? firstSeenAt;
}

async function checkPublicIp(
  { addresses: { azure } }: RightServices,
  { id, read: service }: ServiceRead,
  limit: TimeLimit,
): Promise<Finding> {
  const none = notTestable("no service has a public IP address resource");
  if (id === undefined || service.kind === "unknown") return none;
  const answer = await limit.read(() => azure.service(id));
  if (answer.kind === "unknown") return none;
  const ips = answer.value.places.flatMap(({ publicIpId }) =>
    publicIpId === undefined ? [] : (parsePublicIpId(publicIpId) ?? []),
  );
  const ip = ips.find(({ subscriptionId }) => subscriptionId === id.subscriptionId);
  return ip === undefined ? none : findingOf(await limit.read(() => azure.publicIp(ip)), ip.text);
}

/** Tried only where the app needs it: the answer holds every tag of the cloud. */
async function checkServiceTags(
  { addresses: { azure } }: RightServices,
  subscription: string,
  service: Read<Service>,
  limit: TimeLimit,
): Promise<Finding> {
  const tier = thenRead(service, ({ sku }) => sku);
  const place = thenRead(service, ({ location }) => location);
  if (tier.kind === "unknown" || place.kind === "unknown" || !sharesAddresses(tier.value))
    return notTestable("the service that was read has addresses of its own, or its tier is unknown");
  const read = await limit.read(() => azure.serviceTags(subscription, normaliseLocation(place.value), []));
  return findingOf(read, `the service tags of ${place.value}`);
}

/** Resource Graph refuses a caller only who may query nowhere; elsewhere it leaves out the rows. */
export function checkGraph(subscription: string, sampled: Sampled, subscriptionRead: Read<unknown>): Finding {
  const { bySubscription, inventory, subscriptions } = sampled;
  if (bySubscription.get(subscription)?.isInInventory === true)
    return { state: "ok", detail: "a service in the inventory" };
  const row = subscriptionIn(subscriptions, subscription);
  if (row.kind === "known") return { state: "ok", detail: "the subscription in Resource Graph" };
  const refused = [subscriptions, inventory].find(
    (read) => read.kind === "unknown" && read.reason === "forbidden",
  );
  if (refused !== undefined) return findingOf(refused, "every query");
  if (row.reason === "not-found" && subscriptionRead.kind === "known")
    return {
      state: "missing",
      detail: "Resource Graph does not show the subscription, which ARM does",
    };
  return notTestable("Resource Graph or ARM could not be asked about the subscription");
}
