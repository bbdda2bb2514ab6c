import { thenRead, unknownRead, type Read } from "../../estate/read.ts";
import { parseEndpointId } from "../../azure/resource-id.ts";
import type { Clock } from "../../clock.ts";
import type { Connection, Endpoint, FactReads, Network } from "../azure-connections.ts";
import { approvedOf } from "./counts.ts";
import { readVirtualNetworks } from "./read-virtual-networks.ts";
import type { Snapshot } from "./snapshot.ts";
import type { Reservation } from "../ledger.ts";
import { foldName } from "../../fold-name.ts";
import { subnetOf } from "./virtual-network.ts";

/**
 * Reads everything that the connection's verdict rests on, now. From an `earlier` snapshot of the same attempt, the
 * service and the subscriptions are reused, and the network if the endpoint is still in it. `reservations` must have
 * been read before. `networks` is whether the policy counts by virtual network.
 */
export async function readSnapshot(
  { azure, clock }: { azure: FactReads; clock: Clock },
  connection: Connection,
  reservations: readonly Reservation[],
  {
    earlier,
    endpoint: read,
    networks = false,
  }: { readonly earlier?: Snapshot; readonly endpoint?: Read<Endpoint>; readonly networks?: boolean } = {},
): Promise<Snapshot> {
  const now = clock.now();
  const [{ service, subscriptions, networksOf }, [endpoint, network]] = await Promise.all([
    earlier ?? readServiceAndRequesters(azure, connection, reservations, networks),
    readEndpointAndNetwork(azure, read ?? readEndpoint(azure, connection), earlier),
  ]);
  const networksPart = networksOf === undefined ? {} : { networksOf };
  return { connection, service, subscriptions, ...networksPart, endpoint, network, reservations, now };
}

/**
 * Reads the service, then the subscriptions that its connections come from, and their networks if a limit counts them.
 */
async function readServiceAndRequesters(
  azure: FactReads,
  connection: Connection,
  reservations: readonly Reservation[],
  networks: boolean,
): Promise<Pick<Snapshot, "service" | "subscriptions" | "networksOf">> {
  const service = await azure.service(connection.id.service);
  const ids = requestersOf({ connection, service, reservations });
  const [subscriptions, networksOf] = await Promise.all([
    ids.length === 0 ? unknownRead("no-endpoint") : azure.subscriptions(ids),
    networks ? readVirtualNetworks(azure, service, reservations) : undefined,
  ]);
  return { service, subscriptions, ...(networksOf === undefined ? {} : { networksOf }) };
}

/** Reads again, bypassing the cache, the subscriptions that the verdict may rest on. */
export async function refreshSubscriptions(azure: FactReads, snapshot: Snapshot): Promise<Snapshot> {
  const ids = requestersOf(snapshot);
  if (ids.length === 0) return snapshot;
  return { ...snapshot, subscriptions: await azure.subscriptions(ids, "fresh") };
}

function requestersOf({
  connection,
  service,
  reservations,
}: Pick<Snapshot, "connection" | "service" | "reservations">): string[] {
  const ids = [connection, ...approvedOf(service), ...reservations].flatMap(
    ({ endpointId }) => parseEndpointId(endpointId ?? "")?.subscriptionId ?? [],
  );
  return [...new Set(ids)].toSorted();
}

async function readEndpointAndNetwork(
  azure: FactReads,
  reading: Read<Endpoint> | Promise<Read<Endpoint>>,
  earlier: Snapshot | undefined,
): Promise<[Read<Endpoint>, Read<Network>]> {
  const endpoint = await reading;
  const isSameSubnet = earlier !== undefined && subnetKeyOf(earlier.endpoint) === subnetKeyOf(endpoint);
  return [endpoint, isSameSubnet ? earlier.network : await readNetwork(azure, endpoint)];
}

/** Without an endpoint in the connection, every fact about the endpoint is unknown, never absent. */
export function readEndpoint(azure: FactReads, { endpointId }: Connection): Promise<Read<Endpoint>> {
  const id = parseEndpointId(endpointId ?? "");
  return id === undefined ? Promise.resolve({ kind: "unknown", reason: "no-endpoint" }) : azure.endpoint(id);
}

/** The network is unknown if the endpoint could not be read, or names no subnet. */
function readNetwork(azure: FactReads, endpoint: Read<Endpoint>): Promise<Read<Network>> {
  const subnet = subnetOf(endpoint);
  return subnet.kind === "unknown" ? Promise.resolve(subnet) : azure.network(subnet.value);
}

/** The endpoint's subnet, or why it is unknown, as a text to compare. */
function subnetKeyOf(endpoint: Read<Endpoint>): string {
  const subnetId = thenRead(endpoint, (found) => found.subnetId);
  return subnetId.kind === "known" ? foldName(subnetId.value) : subnetId.reason;
}
