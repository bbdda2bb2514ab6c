import type { Running } from "./run.ts";
import { endpointId, landingZone, sandbox, type SimConnection, type SimService } from "./world.ts";

/** How much of each happens in a run. */
export interface Activity {
  readonly requests: number;
  /** How likely a request is auto-approved, so that it starts as Approved. */
  readonly automatic: number;
  /** How often people decide by hand, remove a connection, move an endpoint or let the app read one. */
  readonly people: number;
}

/** Requesters and people. Their actions are drawn beforehand, so that the app's behaviour does not change them. */
export const active =
  (activity: Activity) =>
  (running: Running, chance: () => number): void => {
    const { sim, world, options } = running;
    const services = [...world.services.values()];
    const start = sim.time.now();
    const sometime = (work: () => void) => {
      sim.time.at(start + chance() * options.forMs, work);
    };
    for (let index = 0; index < activity.requests; index++) {
      const request = plan(services, index, chance, activity.automatic);
      sometime(() => world.ask(request.service, request.endpoint, request.name, request.born));
    }
    for (let index = 0; index < activity.people; index++) {
      const [what, who] = [chance(), chance()];
      sometime(() => {
        const connections = services.flatMap((service) => [...service.connections.values()]);
        const connection = connections[Math.floor(who * connections.length)];
        if (connection !== undefined) byHand(running, connection, what);
      });
    }
  };

function plan(services: readonly SimService[], index: number, chance: () => number, automatic: number) {
  const service = services[Math.floor(chance() * services.length)];
  if (service === undefined) throw new Error("a world without services");
  const blocked = chance() < 0.2;
  const drawn = chance();
  const readable = drawn < 0.75 ? "yes" : drawn < 0.9 ? "forbidden" : "foreign-tenant";
  const subnet = chance() < 0.8 ? "snet-endpoints" : "default";
  const id = endpointId(blocked ? sandbox : landingZone, `pe-${index}`);
  return {
    service,
    endpoint: { id, etag: 1, subnet, readable } as const satisfies object,
    name: `pe-${index}.${Math.floor(chance() * 1e9)}`,
    born: chance() < automatic ? ("Approved" as const) : ("Pending" as const),
  };
}

/** Removes a connection; three seconds later one of another subscription's endpoint reuses its name. */
function reuse({ sim, world }: Running, connection: SimConnection, born: SimConnection["state"]): void {
  const [serviceId = "", name = ""] = connection.id.split("/privateEndpointConnections/");
  const service = world.services.get(serviceId.toLowerCase());
  if (service === undefined || world.connection(connection.id) !== connection) return;
  world.remove(connection);
  const id = `${connection.endpointId.replace(landingZone, sandbox)}-again`;
  sim.time.at(sim.time.now() + 3_000, () => {
    if (world.connection(connection.id) === undefined)
      world.ask(service, { id, etag: 1, subnet: "snet-endpoints", readable: "yes" }, name, born);
  });
}

function byHand(running: Running, connection: SimConnection, what: number): void {
  const { world } = running;
  const endpoint = world.endpoints.get(connection.endpointId.toLowerCase());
  world.touch();
  if (what < 0.2) {
    if (connection.state === "Pending") world.change(connection, "Approved", "by hand");
  } else if (what < 0.35) {
    if (connection.state === "Pending") world.change(connection, "Rejected", "by hand");
  } else if (what < 0.5) {
    // The requester asks again, by updating its endpoint.
    if (connection.state === "Rejected") world.change(connection, "Pending", "please");
  } else if (what < 0.58) world.remove(connection);
  else if (what < 0.65) reuse(running, connection, what < 0.62 ? "Approved" : "Pending");
  else if (endpoint !== undefined && what < 0.85) endpoint.readable = "yes";
  else if (endpoint !== undefined) {
    endpoint.etag++;
    endpoint.subnet = endpoint.subnet === "default" ? "snet-endpoints" : "default";
  }
}
