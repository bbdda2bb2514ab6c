import { nextAddress } from "./next-address.ts";
import { connect } from "../network/connect.ts";
import {
  approverActions,
  groupsOf,
  makeService,
  makeVirtualNetwork,
  readerActions,
  tenants,
} from "./estate.ts";
import { seeded } from "../random.ts";
import { emptyWorld, type Service, type World } from "./world.ts";

export interface EstateSize {
  readonly services: number;
  /** The number of subscriptions that have services. */
  readonly subscriptions: number;
  /** Pending connections, spread over as many services as possible. */
  readonly pending: number;
  /** Connections that were approved before Drawbridge ran. */
  readonly approved: number;
  readonly seed: number;
  /** The duration of approvals, instead of the recorded one. */
  readonly operationMs?: number;
}

/**
 * The requesters' subscriptions of a generated estate. The shipped policy approves them if they are its `landingZones`.
 */
export const landingZones: readonly string[] = Array.from({ length: 20 }, (_, index) => idOf(0xa0, index));

/** An estate of any size. The same size and seed give the same estate, down to every name. */
export function generatedEstate(size: EstateSize): World {
  const world = emptyWorld();
  const random = seeded(size.seed);
  const hosts = Array.from({ length: size.subscriptions }, (_, index) => idOf(0xb0, index));
  for (const id of hosts) addSubscription(world, id, "platform");
  for (const id of landingZones) {
    addSubscription(world, id, "landingZone");
    const network = makeVirtualNetwork(id);
    world.virtualNetworks.set(network.id.toLowerCase(), network);
  }
  const actions = [...approverActions, ...readerActions];
  world.principals.set("simulated", {
    name: "simulated",
    tenantId: tenants.contoso,
    objectId: "object-of-simulated",
    assignments: [{ scope: "/", actions }],
  });
  world.principals.set("owner", {
    name: "owner",
    tenantId: tenants.contoso,
    objectId: "object-of-owner",
    assignments: [{ scope: "/", actions: ["*"] }],
  });
  const services = Array.from({ length: size.services }, (_, index) =>
    makeService(
      `apim-${String(index).padStart(6, "0")}`,
      hosts[index % hosts.length] ?? "",
      nextAddress(world, "public"),
    ),
  );
  for (const service of services) {
    if (size.operationMs !== undefined) service.operationMs = size.operationMs;
    world.services.set(service.id.toLowerCase(), service);
  }
  const order = shuffled(services, random);
  for (let index = 0; index < size.approved; index++)
    requestConnection(world, order, index, { status: "Approved", random });
  // From the other end, so that as few services as possible have both Pending and Approved connections.
  const back = order.toReversed();
  for (let index = 0; index < size.pending; index++)
    requestConnection(world, back, index, { status: "Pending", random });
  return world;
}

/**
 * Creates a connection from a random landing zone, and returns its id. The index chooses the service and goes into the
 * name.
 */
export function requestConnection(
  world: World,
  services: readonly Service[],
  index: number,
  { status, random }: { readonly status: "Pending" | "Approved"; readonly random: () => number },
): string {
  const subscription = landingZones[Math.floor(random() * landingZones.length)] ?? "";
  const group = `/subscriptions/${subscription}/resourceGroups/rg-app/providers/Microsoft.Network`;
  const service = services[index % services.length];
  if (service === undefined) throw new Error("an estate without services has no service to connect to");
  const guid = hex(random, 8);
  const name = `pe-${status.toLowerCase()}-${index}-${guid}`;
  return connect(world, {
    endpointId: `${group}/privateEndpoints/${name}`,
    location: "westeurope",
    tags: undefined,
    subnetId: `${group}/virtualNetworks/vnet-app/subnets/snet-endpoints`,
    service,
    manual: true,
    connectionName: name,
    message: undefined,
    groupIds: ["Gateway"],
    guid,
    status,
  }).connectionId;
}

function addSubscription(world: World, id: string, kind: string): void {
  world.subscriptions.set(id, {
    id,
    tenantId: tenants.contoso,
    state: "Enabled",
    name: `sub-${kind}-${id.slice(-4)}`,
    managementGroups: groupsOf(kind),
  });
}

/** A subscription's id: a UUID made of its kind and number. */
function idOf(kind: number, index: number): string {
  const number = index.toString(16).padStart(8, "0");
  return `${number}-0000-4000-8000-0000000000${kind.toString(16)}`;
}

function shuffled<T>(items: readonly T[], random: () => number): T[] {
  return items
    .map((item) => [random(), item] as const)
    .toSorted(([a], [b]) => a - b)
    .map(([, item]) => item);
}

function hex(random: () => number, digits: number): string {
  return Array.from({ length: digits }, () => Math.floor(random() * 16).toString(16)).join("");
}
