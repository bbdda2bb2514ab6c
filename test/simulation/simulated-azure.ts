import { minuteMs } from "../../src/lib/clock.ts";
import type { Subscriptions } from "../../src/lib/estate/subscription.ts";
import { knownRead, type Read } from "../../src/lib/estate/read.ts";
import type { ConnectionId, EndpointId, ServiceId } from "../../src/lib/azure/resource-id.ts";
import type {
  Azure,
  Connection,
  Endpoint,
  FinalState,
  OperationStatus,
  PutOutcome,
  Service,
} from "../../src/lib/connections/azure-connections.ts";
import { found, type ArmCalls } from "./arm-calls.ts";
import { throttledMs } from "./arm-quota.ts";
import type { Simulation } from "./simulation.ts";
import { hosting, landingZone, sandbox, type SimConnection, type World } from "./world.ts";

const putTimeoutMs = 14_000;
/** How long approvals take, in milliseconds, drawn by chance: one to five minutes, as recorded and somewhat more. */
export const usualOperations: readonly number[] = [60_000, 130_000, 175_000, 300_000];
/** How long the service itself is Updating after the connection shows its new state. */
export const updatingMs = 20_000;
const retryAfterMs = minuteMs;

/** The simulated Azure behind the port that reads and writes connections. `tookMs` draws the duration of a write. */
export function simulatedAzure(sim: Simulation, world: World, calls: ArmCalls, tookMs: () => number): Azure {
  const { ask, get, query } = calls;
  return {
    ...simulatedReads(sim, world, get),
    subscriptions: () => query(() => subscriptionsNow(sim)),
    inventory: () => query(() => found({ items: listed(world), unreadable: 0 })),
    operation: (id, operation) =>
      ask<OperationStatus>("GET", operation, {
        apply: () => statusNow(sim, world, operation),
        fail: (fault) => ({ kind: "unknown", reason: fault === "throttled" ? "throttled" : "failed" }),
      }),
    setState: ({ id }, state, description) =>
      ask<PutOutcome>("PUT", id.text, {
        apply: () => put(sim, world, id, { state, description, tookMs: tookMs() }),
        fail: (fault) =>
          fault === "throttled"
            ? { kind: "busy", code: "429", retryAfterMs: throttledMs }
            : { kind: "unclear", code: fault },
        timeoutMs: putTimeoutMs,
      }),
  };
}

type Reads = Pick<Azure, "connection" | "service" | "endpoint" | "network" | "dnsZones" | "services">;

/** Connections and services have an old answer, as they were before they changed last. */
function simulatedReads(sim: Simulation, world: World, get: ArmCalls["get"]): Reads {
  const connectionNow = (id: ConnectionId, old: boolean): Read<Connection> => {
    const connection = world.connection(id.text);
    return found(connection && printed(connection, old));
  };
  return {
    connection: (id) =>
      get(
        id.text,
        () => connectionNow(id, false),
        () => connectionNow(id, true),
      ),
    service: (id) =>
      get(
        id.text,
        () => serviceNow(sim, world, id, false),
        () => serviceNow(sim, world, id, true),
      ),
    endpoint: (id) => get(id.text, () => endpointNow(world, id)),
    network: (id) =>
      get(id.virtualNetworkId, () =>
        found({
          subnetPrefixes: knownRead(["10.0.0.0/24"]),
          addressPrefixes: knownRead(["10.0.0.0/16"]),
          tags: knownRead({}),
        }),
      ),
    dnsZones: (id) => get(`${id.text}/privateDnsZoneGroups`, () => found<readonly string[]>([])),
    services: (subscription) =>
      get(`/subscriptions/${subscription}/providers/Microsoft.ApiManagement/service`, () =>
        found([...world.services.values()].map(({ parsed }) => ({ id: parsed, tags: knownRead({}) }))),
      ),
  };
}

function serviceNow(sim: Simulation, world: World, id: ServiceId, old: boolean): Read<Service> {
  const service = world.services.get(id.text.toLowerCase());
  if (service === undefined) return found<Service>(undefined);
  const connections = [...service.connections.values()].map((each) => printed(each, old));
  return found<Service>({
    id,
    provisioningState: knownRead(service.busyUntil > sim.time.now() ? "Updating" : "Succeeded"),
    location: knownRead("westeurope"),
    sku: knownRead("Premium"),
    virtualNetworkType: knownRead("None"),
    publicNetworkAccess: knownRead("Disabled"),
    platformVersion: knownRead("stv2"),
    tags: knownRead({}),
    locations: knownRead(["westeurope"]),
    connections: knownRead(connections),
    readable: connections,
  });
}

function endpointNow(world: World, id: EndpointId): Read<Endpoint> {
  const endpoint = world.endpoints.get(id.text.toLowerCase());
  if (endpoint === undefined) return found<Endpoint>(undefined);
  if (endpoint.readable !== "yes") return { kind: "unknown", reason: endpoint.readable };
  const group = endpoint.id.split("/privateEndpoints/")[0] ?? "";
  return found<Endpoint>({
    id,
    etag: String(endpoint.etag),
    location: knownRead("westeurope"),
    tags: knownRead({}),
    subnetId: knownRead(`${group}/virtualNetworks/vnet/subnets/${endpoint.subnet}`),
    privateAddresses: knownRead(["10.0.0.4"]),
    applicationSecurityGroups: knownRead([]),
    targets: knownRead([]),
  });
}

export function subscriptionsNow(sim: Simulation): Read<Subscriptions> {
  const byId = [hosting, landingZone, sandbox].map(
    (id) => [id, { name: id, managementGroups: ["corp"] }] as const,
  );
  return found({ at: sim.now(), byId: new Map(byId) });
}

function printed(connection: SimConnection, old: boolean): Connection {
  const { state, description } = (old ? connection.before : undefined) ?? connection;
  return {
    id: connection.parsed,
    armId: connection.id,
    state,
    description,
    endpointId: connection.endpointId,
    provisioningState: knownRead("Succeeded"),
    groupIds: knownRead(["Gateway"]),
  };
}

function listed(world: World) {
  return [...world.services.values()]
    .filter(({ hidden }) => !hidden)
    .map(({ parsed, shown }) => ({
      id: parsed,
      tags: knownRead({}),
      connections: shown.map(({ parsed: id, state, endpointId, description }) => ({
        id,
        state,
        endpointId,
        description,
      })),
    }));
}

/** Azure's side of a write: it takes one at a time for a service, a rejection is final, and some take minutes. */
function put(
  sim: Simulation,
  world: World,
  { text, service: { text: serviceText } }: ConnectionId,
  asked: { readonly state: FinalState; readonly description: string; readonly tookMs: number },
): PutOutcome {
  const { state, description, tookMs } = asked;
  const [connection, service] = [world.connection(text), world.services.get(serviceText.toLowerCase())];
  if (connection === undefined || service === undefined) return { kind: "refused", code: "404" };
  const before = connection.state;
  // Recordings show that an approved connection can be rejected. The opposite was not seen.
  const isPossible = before === "Pending" || (before === "Approved" && state === "Rejected");
  if (!isPossible) return { kind: "refused", code: "400" };
  if (service.busyUntil > sim.time.now()) return { kind: "busy", code: "409" };
  if (tookMs === 0) {
    world.change(connection, state, description);
    return { kind: "accepted" };
  }
  const doneAt = sim.time.now() + tookMs;
  service.busyUntil = doneAt + updatingMs;
  const operation = `${connection.id}/operationresults/${world.operations.size}==?api-version=2024-05-01`;
  world.operations.set(operation, { connection, before, doneAt });
  sim.time.at(doneAt, () => {
    if (world.connection(text) === connection && connection.state === before)
      world.change(connection, state, description);
  });
  return { kind: "accepted", operation, retryAfterMs };
}

function statusNow(sim: Simulation, world: World, operation: string): OperationStatus {
  const begun = world.operations.get(operation);
  if (begun === undefined) return { kind: "unknown", reason: "not-found" };
  return begun.doneAt > sim.time.now() ? { kind: "under-way", retryAfterMs } : { kind: "succeeded" };
}
