import type { Scheduler } from "./scheduler.ts";

/** The true state of the simulated Azure, and who hears of its changes. */
export interface SimConnection {
  readonly id: string;
  readonly endpointId: string;
  state: "Pending" | "Approved" | "Rejected";
  description: string;
  /** What it was before it changed last: an answer may be old. */
  before?: { readonly state: SimConnection["state"]; readonly description: string };
}

/** A write that Azure has taken, which has its effect when it is over. */
export interface SimOperation {
  readonly connection: SimConnection;
  readonly doneAt: number;
}

export interface SimService {
  readonly id: string;
  readonly connections: Map<string, SimConnection>;
  /** A write is under way, and others are refused. */
  busyUntil: number;
  /** What the inventory shows of it. */
  shown: readonly Pick<SimConnection, "id" | "state" | "endpointId" | "description">[];
  hidden: boolean;
  addresses: SimAddresses;
  /** What they were before they changed last: an answer may be old. */
  addressesBefore: SimAddresses;
  /** What the inventory shows of them. */
  addressesShown: SimAddresses;
  /** Every set that it ever had, by location. */
  readonly had: Set<string>;
}

/** The addresses of a service, and what a change of them goes with. */
export interface SimAddresses {
  readonly state: "Succeeded" | "Updating";
  /** By location; the service's own is the first. */
  readonly places: Readonly<Record<string, readonly string[]>>;
  readonly zones: readonly string[];
}

export interface SimEndpoint {
  readonly id: string;
  etag: number;
  subnet: string;
  readable: "yes" | "forbidden" | "foreign-tenant";
}

export type Told = "privateEndpointConnectionProxies" | "privateEndpointConnections";

export interface World {
  readonly services: Map<string, SimService>;
  readonly endpoints: Map<string, SimEndpoint>;
  readonly operations: Map<string, SimOperation>;
  /** How long the inventory lags behind the next change. */
  lagMs: () => number;
  tell: (what: Told, uri: string) => void;
  /** Tells of a write to a service itself. */
  tellService: (id: string) => void;
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
  const world: World = {
    services: new Map(),
    endpoints: new Map(),
    operations: new Map(),
    lagMs: () => 0,
    tell: () => {},
    tellService: () => {},
    readdress: (service, addresses) => {
      service.addressesBefore = service.addresses;
      service.addresses = addresses;
      for (const had of setsOf(addresses)) service.had.add(had);
      world.tellService(service.id);
      time.at(time.now() + world.lagMs(), () => {
        // Whatever was told of first, the inventory ends with what is.
        service.addressesShown = service.addresses;
      });
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
      const connection: SimConnection = { id, endpointId: endpoint.id, state: born, description: "please" };
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

  /** Events tell of it, and the inventory shows it some time later. */
  function changed({ id }: SimConnection, what: Told): void {
    world.tell(what, id.replace("/privateEndpointConnections/", `/${what}/`));
    const service = serviceOf(id);
    if (service === undefined) return;
    time.at(time.now() + world.lagMs(), () => {
      service.shown = [...service.connections.values()].map((each) => ({ ...each }));
    });
  }

  for (let index = 0; index < services; index++) {
    const id = `/subscriptions/${hosting}/resourceGroups/rg-apim/providers/Microsoft.ApiManagement/service/apim-${index}`;
    const addresses: SimAddresses = {
      state: "Succeeded",
      places: { westeurope: [`203.0.113.${index + 1}`, `203.0.113.${index + 101}`] },
      zones: [],
    };
    const service: SimService = {
      id,
      connections: new Map(),
      busyUntil: 0,
      shown: [],
      hidden: false,
      addresses,
      addressesBefore: addresses,
      addressesShown: addresses,
      had: new Set(setsOf(addresses)),
    };
    world.services.set(id.toLowerCase(), service);
  }
  return world;
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
