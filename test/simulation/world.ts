import {
  parseConnectionId,
  parseServiceId,
  type ConnectionId,
  type ServiceId,
} from "../../src/lib/azure/resource-id.ts";
import type { Scheduler } from "./scheduler.ts";

/** A connection in the simulated Azure. */
export interface SimConnection {
  readonly id: string;
  /** Parsed once, and not for every answer that names it. */
  readonly parsed: ConnectionId;
  readonly endpointId: string;
  state: "Pending" | "Approved" | "Rejected";
  description: string;
  /** Its state before the last change, which an old answer shows. */
  before?: { readonly state: SimConnection["state"]; readonly description: string };
}

/** A write that Azure has accepted. It takes effect when it is done. */
interface SimOperation {
  readonly connection: SimConnection;
  /** Its state when the write was accepted. */
  readonly before: SimConnection["state"];
  readonly doneAt: number;
}

export interface SimService {
  readonly id: string;
  readonly parsed: ServiceId;
  readonly connections: Map<string, SimConnection>;
  /** Until then a write is under way, and others are refused. */
  busyUntil: number;
  /** The connections in the inventory. */
  shown: readonly Pick<SimConnection, "parsed" | "state" | "endpointId" | "description">[];
  hidden: boolean;
  addresses: SimAddresses;
  /** The addresses before the last change, which an old answer shows. */
  addressesBefore: SimAddresses;
  /** The addresses in the inventory. */
  addressesShown: SimAddresses;
  /** Every set that it has had, by location. */
  readonly had: Set<string>;
}

/** The addresses of a service, with its provisioning state and zones. */
export interface SimAddresses {
  readonly state: "Succeeded" | "Updating";
  /** Addresses by location; the service's own location comes first. */
  readonly places: Readonly<Record<string, readonly string[]>>;
  readonly zones: readonly string[];
}

export interface SimEndpoint {
  readonly id: string;
  etag: number;
  subnet: string;
  readable: "yes" | "forbidden" | "foreign-tenant";
}

type Collection = "privateEndpointConnectionProxies" | "privateEndpointConnections";

/** The true state of the simulated Azure. */
export interface World {
  readonly services: Map<string, SimService>;
  readonly endpoints: Map<string, SimEndpoint>;
  readonly operations: Map<string, SimOperation>;
  /** When anything changed last, or the inventory last showed a change. */
  changedAt: number;
  /** How long the inventory lags behind the next change. */
  lagMs: () => number;
  /** Sends the event of a change. */
  publish: (collection: Collection, uri: string) => void;
  /** Sends the event of a write to a service itself. */
  publishServiceWrite: (id: string) => void;
  /** Notes that something changed that no other function here changes, such as whether an endpoint may be read. */
  touch(): void;
  readdress(service: SimService, addresses: SimAddresses): void;
  connection(id: string): SimConnection | undefined;
  change(connection: SimConnection, state: SimConnection["state"], description: string): void;
  ask(service: SimService, endpoint: SimEndpoint, name: string, born: SimConnection["state"]): SimConnection;
  remove(connection: SimConnection): void;
}

export const hosting = "11111111-1111-4111-8111-111111111111";
export const landingZone = "22222222-2222-4222-8222-222222222222";
export const sandbox = "33333333-3333-4333-8333-333333333333";

export function makeWorld(time: Scheduler, services: number): World {
  const byId = Array.from({ length: services }, (_, index) => makeService(index));
  const world: World = {
    services: new Map(byId.map((service) => [service.id.toLowerCase(), service])),
    endpoints: new Map(),
    operations: new Map(),
    changedAt: time.now(),
    lagMs: () => 0,
    publish: () => {},
    publishServiceWrite: () => {},
    touch: () => {
      world.changedAt = time.now();
    },
    readdress: (service, addresses) => {
      service.addressesBefore = service.addresses;
      service.addresses = addresses;
      for (const had of setsOf(addresses)) service.had.add(had);
      world.publishServiceWrite(service.id);
      // Whatever the order of these, the inventory ends with the addresses in force.
      later(() => (service.addressesShown = service.addresses));
    },
    connection: (id) => serviceOf(id)?.connections.get(id.toLowerCase()),
    change: (connection, state, description) => {
      connection.before = { state: connection.state, description: connection.description };
      connection.state = state;
      connection.description = description;
      changed(connection, "privateEndpointConnections");
    },
    ask: (service, endpoint, name, born) => {
      const id = `${service.id}/privateEndpointConnections/${name}`;
      const connection = makeConnection(id, endpoint, born);
      service.connections.set(id.toLowerCase(), connection);
      world.endpoints.set(endpoint.id.toLowerCase(), endpoint);
      changed(connection, "privateEndpointConnectionProxies");
      return connection;
    },
    remove: (connection) => {
      serviceOf(connection.id)?.connections.delete(connection.id.toLowerCase());
      changed(connection, "privateEndpointConnectionProxies");
    },
  };

  function serviceOf(connectionId: string): SimService | undefined {
    return world.services.get(connectionId.split("/privateEndpointConnections/")[0]?.toLowerCase() ?? "");
  }

  /** Sends the events of a change; the inventory shows it some time later. */
  function changed({ id }: SimConnection, collection: Collection): void {
    world.publish(collection, id.replace("/privateEndpointConnections/", `/${collection}/`));
    const service = serviceOf(id);
    if (service !== undefined)
      later(() => (service.shown = [...service.connections.values()].map((each) => ({ ...each }))));
  }

  function later(show: () => void): void {
    world.touch();
    time.at(time.now() + world.lagMs(), () => {
      show();
      world.touch();
    });
  }

  return world;
}

function makeConnection(id: string, endpoint: SimEndpoint, state: SimConnection["state"]): SimConnection {
  const parsed = parsedBy(parseConnectionId, id);
  return { id, parsed, endpointId: endpoint.id, state, description: "please" };
}

function makeService(index: number): SimService {
  const addresses: SimAddresses = {
    state: "Succeeded",
    places: { westeurope: [`203.0.113.${index + 1}`, `203.0.113.${index + 101}`] },
    zones: [],
  };
  const id = `/subscriptions/${hosting}/resourceGroups/rg-apim/providers/Microsoft.ApiManagement/service/apim-${index}`;
  return {
    id,
    parsed: parsedBy(parseServiceId, id),
    connections: new Map(),
    busyUntil: 0,
    shown: [],
    hidden: false,
    addresses,
    addressesBefore: addresses,
    addressesShown: addresses,
    had: new Set(setsOf(addresses)),
  };
}

function parsedBy<T>(parse: (text: string) => T | undefined, text: string): T {
  const parsed = parse(text);
  if (parsed === undefined) throw new Error(`${text} is no id`);
  return parsed;
}

export function endpointId(subscription: string, name: string): string {
  return `/subscriptions/${subscription}/resourceGroups/rg-app/providers/Microsoft.Network/privateEndpoints/${name}`;
}

/** `location addresses`, sorted, for each location. */
function setsOf({ places }: SimAddresses): string[] {
  return Object.entries(places).map(([location, addresses]) => setOf(location, addresses));
}

export function setOf(location: string, addresses: readonly string[]): string {
  return `${location} ${addresses.toSorted().join(",")}`;
}
