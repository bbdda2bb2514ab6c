import { nextAddress } from "../network/addresses.ts";
import { connect } from "../network/connect.ts";
import {
  drawbridgeRole,
  groupsOf,
  makeService,
  makeVirtualNetwork,
  requesterReads,
  tenants,
} from "./estate.ts";
import { seeded } from "../random.ts";
import { emptyWorld, type Service, type World } from "./world.ts";

export interface EstateSize {
  readonly services: number;
  /** How many subscriptions the services are spread over. */
  readonly subscriptions: number;
  /** Pending connections, spread over as many services as possible. */
  readonly pending: number;
  /** Connections that somebody approved before anybody looked. */
  readonly approved: number;
  readonly seed: number;
  /** How long approvals take, instead of as long as the recorded ones. */
  readonly operationMs?: number;
}

/** Requesters of a generated estate: landing zones, whom the shipped policy approves when it is told of them. */
export const landingZones: readonly string[] = Array.from({ length: 20 }, (_, index) => idOf(0xa0, index));

/** An estate of any size; the same size and seed give the same one, to the last name. */
export function generatedEstate(size: EstateSize): World {
  const world = emptyWorld();
  const chance = seeded(size.seed);
  const hosts = Array.from({ length: size.subscriptions }, (_, index) => idOf(0xb0, index));
  for (const id of hosts) addSubscription(world, id, "platform");
  for (const id of landingZones) {
    addSubscription(world, id, "landingZone");
    const network = makeVirtualNetwork(id);
    world.virtualNetworks.set(network.id.toLowerCase(), network);
  }
  const actions = [...drawbridgeRole, ...requesterReads];
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
  const order = shuffled(services, chance);
  for (let index = 0; index < size.approved; index++) request(world, order, index, "Approved", chance);
  // From the other end, so that services with news and services with a past overlap only where they must.
  const back = order.toReversed();
  for (let index = 0; index < size.pending; index++) request(world, back, index, "Pending", chance);
  return world;
}

/** One more Pending connection at a service, as somebody in a landing zone would ask for it. */
export function request(
  world: World,
  services: readonly Service[],
  index: number,
  status: "Pending" | "Approved",
  chance: () => number,
): string {
  const subscription = landingZones[Math.floor(chance() * landingZones.length)] ?? "";
  const group = `/subscriptions/${subscription}/resourceGroups/rg-app/providers/Microsoft.Network`;
  const service = services[index % services.length];
  if (service === undefined) throw new Error("an estate without services has nothing to ask for");
  const guid = hex(chance, 8);
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

/** A subscription's id: a UUID that is told from another by its kind and number. */
function idOf(kind: number, index: number): string {
  const number = index.toString(16).padStart(8, "0");
  return `${number}-0000-4000-8000-0000000000${kind.toString(16)}`;
}

function shuffled<T>(items: readonly T[], chance: () => number): T[] {
  return items
    .map((item) => [chance(), item] as const)
    .toSorted(([a], [b]) => a - b)
    .map(([, item]) => item);
}

function hex(chance: () => number, digits: number): string {
  return Array.from({ length: digits }, () => Math.floor(chance() * 16).toString(16)).join("");
}
