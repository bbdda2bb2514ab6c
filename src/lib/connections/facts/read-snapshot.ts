import { thenRead, unknownRead, type Read } from "../../estate/read.ts";
import { parseEndpointId } from "../../azure/resource-id.ts";
import type { Clock } from "../../clock.ts";
import type { Azure, Connection, Endpoint, Network } from "../azure.ts";
import { approvedOf } from "./counts.ts";
import { networksBehind } from "./networks-behind.ts";
import type { Snapshot } from "./snapshot.ts";
import type { Reservation } from "../ledger.ts";
import { foldCase } from "../../fold-case.ts";
import { subnetOf } from "./virtual-network.ts";

/**
 * Reads what the connection's verdict rests on, now. What an earlier look of the same attempt read of the service and
 * of subscriptions stands, and of the network where the endpoint still is in it. `reservations` must have been read before.
 */
export async function readSnapshot(
  { azure, clock }: { azure: Azure; clock: Clock },
  connection: Connection,
  reservations: readonly Reservation[],
  { earlier, networks = false }: { readonly earlier?: Snapshot; readonly networks?: boolean } = {},
): Promise<Snapshot> {
  const now = clock.now();
  const [{ service, subscriptions, networksOf }, [endpoint, network]] = await Promise.all([
    earlier ?? lookAtService(azure, connection, reservations, networks),
    lookAtEndpoint(azure, connection, earlier),
  ]);
  const behind = networksOf === undefined ? {} : { networksOf };
  return { connection, service, subscriptions, ...behind, endpoint, network, reservations, now };
}

/** The service, then the subscriptions that its connections come from, and their networks where a limit counts them. */
async function lookAtService(
  azure: Azure,
  connection: Connection,
  reservations: readonly Reservation[],
  networks: boolean,
): Promise<Pick<Snapshot, "service" | "subscriptions" | "networksOf">> {
  const service = await azure.service(connection.id.service);
  const ids = requestersOf({ connection, service, reservations });
  const [subscriptions, networksOf] = await Promise.all([
    ids.length === 0 ? unknownRead("no-endpoint") : azure.subscriptions(ids),
    networks ? networksBehind(azure, service, reservations) : undefined,
  ]);
  return { service, subscriptions, ...(networksOf === undefined ? {} : { networksOf }) };
}

/** The subscriptions that the verdict may rest on, as of now and not of some minutes ago. */
export async function refreshSubscriptions(azure: Azure, snapshot: Snapshot): Promise<Snapshot> {
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

async function lookAtEndpoint(
  azure: Azure,
  connection: Connection,
  earlier: Snapshot | undefined,
): Promise<[Read<Endpoint>, Read<Network>]> {
  const endpoint = await readEndpoint(azure, connection);
  const unmoved = earlier !== undefined && placeOf(earlier.endpoint) === placeOf(endpoint);
  return [endpoint, unmoved ? earlier.network : await readNetwork(azure, endpoint)];
}

/** A connection that names no endpoint leaves every endpoint fact unknown, never absent. */
function readEndpoint(azure: Azure, { endpointId }: Connection): Promise<Read<Endpoint>> {
  const id = parseEndpointId(endpointId ?? "");
  return id === undefined ? Promise.resolve({ kind: "unknown", reason: "no-endpoint" }) : azure.endpoint(id);
}

/** Where the endpoint is cannot be known of an endpoint that could not be read, or that names no subnet. */
function readNetwork(azure: Azure, endpoint: Read<Endpoint>): Promise<Read<Network>> {
  const subnet = subnetOf(endpoint);
  return subnet.kind === "unknown" ? Promise.resolve(subnet) : azure.network(subnet.value);
}

/** Where an endpoint is, or why that is unknown, as a text to compare. */
function placeOf(endpoint: Read<Endpoint>): string {
  const subnetId = thenRead(endpoint, (found) => found.subnetId);
  return subnetId.kind === "known" ? foldCase(subnetId.value) : subnetId.reason;
}
