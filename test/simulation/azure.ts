import type { Read } from "../../src/lib/estate/read.ts";
import { conforms } from "../../src/lib/azure/arm-grammar.ts";
import { createHttpHeaders, createPipelineRequest } from "@azure/core-rest-pipeline";
import { budget, budgeted } from "../../src/lib/azure/budget.ts";
import {
  parseConnectionId,
  parseServiceId,
  type ConnectionId,
  type ServiceId,
} from "../../src/lib/azure/resource-id.ts";
import type { Azure, Connection, Endpoint, PutOutcome, Service } from "../../src/lib/connections/azure.ts";
import type { UnknownReason } from "../../src/lib/policy/fact.ts";
import type { Fault } from "./faults.ts";
import type { Simulation } from "./simulation.ts";
import { hosting, landingZone, sandbox, type SimConnection, type World } from "./world.ts";

/** What a failed read tells, by how it failed; the adapter to Azure makes these of HTTP (src/lib/azure/errors.ts). */
const reasons: Partial<Record<Fault, UnknownReason>> = {
  throttled: "throttled",
  "time-out": "timed-out",
  "time-out-after": "timed-out",
};
const throttledMs = 60_000;
const putTimeoutMs = 14_000;
/** How long approvals take, by the dice. */
export const usualOperations: readonly number[] = [0, 0, 3_000, 45_000];

/** The simulated Azure behind the port that the app reads and writes it by; one for each instance, with its own budget. */
export function simulatedAzure(
  sim: Simulation,
  world: World,
  chance: () => number,
  operations: readonly number[],
): Azure {
  const clock = { now: () => sim.now() };
  const within = budget(clock, 3, (ms) => sim.time.sleep(ms));
  const policy = budgeted(within, createHttpHeaders);
  /** When Azure last said that it would refuse, by subscription and kind. */
  const refusedAt = new Map<string, number>();

  /** Through the app's own budget, and no other way; in the grammar (I13), and not before Retry-After has passed (I12). */
  async function ask<T>(
    method: "GET" | "PUT" | "POST",
    path: string,
    reaching: { apply(): T; fail(fault: Fault): T; stale?(): T; timeoutMs?: number },
  ): Promise<T> {
    const url = `https://management.azure.com${path}`;
    if (!conforms(method, new URL(url))) sim.violated("I13 confinement", `${method} ${path}`);
    const bucket = `${method} ${/^\/subscriptions\/([^/]+)/.exec(path)?.[1] ?? ""}`;
    let answer: { readonly value: T } | undefined;
    await policy.sendRequest(createPipelineRequest({ url, method }), async (request) => {
      const since = sim.time.now() - (refusedAt.get(bucket) ?? -Infinity);
      // In the same instant nobody has read the refusal yet.
      if (since > 0 && since < throttledMs)
        sim.violated("I12 quota", `${method} ${path} before Retry-After has passed`);
      let status = 200;
      const value = await sim.reach(method, path, {
        ...reaching,
        fail: (fault) => {
          if (fault === "throttled") status = 429;
          return reaching.fail(fault);
        },
      });
      answer = { value };
      if (status === 429) refusedAt.set(bucket, sim.time.now());
      const headers = status === 429 ? { "retry-after": String(throttledMs / 1000) } : {};
      return { request, status, headers: createHttpHeaders(headers) };
    });
    return answer === undefined ? reaching.fail("throttled") : answer.value;
  }

  function get<T>(path: string, read: () => Read<T>, stale?: () => Read<T>): Promise<Read<T>> {
    const fail = (fault: Fault): Read<T> => ({ kind: "unknown", reason: reasons[fault] ?? "failed" });
    return ask("GET", path, { apply: read, fail, ...(stale === undefined ? {} : { stale }) });
  }

  const found = <T>(value: T | undefined): Read<T> =>
    value === undefined ? { kind: "unknown", reason: "not-found" } : { kind: "known", value };

  function serviceNow(id: ServiceId, old: boolean): Read<Service> {
    const service = world.services.get(id.text.toLowerCase());
    if (service === undefined) return found<Service>(undefined);
    const connections = [...service.connections.values()].map((each) => printed(each, old));
    return found<Service>({
      id,
      location: "westeurope",
      sku: "Premium",
      virtualNetworkType: "None",
      publicNetworkAccess: "Disabled",
      platformVersion: "stv2",
      tags: {},
      locations: ["westeurope"],
      connections: { kind: "known", value: connections.map((each) => ({ ...each, groupIds: ["Gateway"] })) },
    });
  }

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
        () => serviceNow(id, false),
        () => serviceNow(id, true),
      ),
    endpoint: (id) =>
      get(id.text, (): Read<Endpoint> => {
        const endpoint = world.endpoints.get(id.text.toLowerCase());
        if (endpoint === undefined) return found<Endpoint>(undefined);
        if (endpoint.readable !== "yes") return { kind: "unknown", reason: endpoint.readable };
        const group = endpoint.id.split("/privateEndpoints/")[0] ?? "";
        return found<Endpoint>({
          id,
          etag: String(endpoint.etag),
          location: "westeurope",
          tags: {},
          subnetId: `${group}/virtualNetworks/vnet/subnets/${endpoint.subnet}`,
          privateAddresses: ["10.0.0.4"],
          applicationSecurityGroups: [],
          manual: true,
        });
      }),
    network: (id) =>
      get(id.virtualNetworkId, () =>
        found({ subnetPrefixes: ["10.0.0.0/24"], addressPrefixes: ["10.0.0.0/16"], tags: {} }),
      ),
    dnsZones: (id) => get(`${id.text}/privateDnsZoneGroups`, () => found<readonly string[]>([])),
    subscriptions: () =>
      ask("POST", "/providers/Microsoft.ResourceGraph/resources", {
        apply: () =>
          found({
            at: sim.now(),
            byId: new Map(
              [hosting, landingZone, sandbox].map((id) => [id, { name: id, managementGroups: ["corp"] }]),
            ),
          }),
        fail: (fault) => ({ kind: "unknown", reason: reasons[fault] ?? "failed" }),
      }),
    inventory: () =>
      ask("POST", "/providers/Microsoft.ResourceGraph/resources", {
        apply: () => found({ services: listed(world), unreadable: 0 }),
        fail: (fault) => ({ kind: "unknown", reason: reasons[fault] ?? "failed" }),
      }),
    services: (subscription) =>
      get(`/subscriptions/${subscription}/providers/Microsoft.ApiManagement/service`, () =>
        found([...world.services.values()].flatMap(({ id }) => listing(id, undefined))),
      ),
    setState: (id, state, description) =>
      ask<PutOutcome>("PUT", id.text, {
        apply: () => put(sim, world, id, { state, description }, pick(operations, chance)),
        fail: (fault) =>
          fault === "throttled"
            ? { kind: "busy", code: "429", retryAfterMs: throttledMs }
            : { kind: "unclear", code: fault },
        timeoutMs: putTimeoutMs,
      }),
  };
}

function printed(connection: SimConnection, old: boolean): Connection {
  const id = parseConnectionId(connection.id);
  if (id === undefined) throw new Error(`${connection.id} is no connection's id`);
  const { state, description } = (old ? connection.before : undefined) ?? connection;
  return { id, state, description, endpointId: connection.endpointId, provisioningState: "Succeeded" };
}

function listed(world: World) {
  return [...world.services.values()].flatMap(({ id, shown, hidden }) => (hidden ? [] : listing(id, shown)));
}

function listing(
  text: string,
  shown: readonly { readonly id: string; readonly state: string }[] | undefined,
) {
  const id = parseServiceId(text);
  if (id === undefined) return [];
  const connections = shown?.flatMap(({ id: each, state }) => {
    const connection = parseConnectionId(each);
    return connection === undefined ? [] : [{ id: connection, state }];
  });
  return [{ id, ...(connections === undefined ? {} : { connections }) }];
}

function pick(operations: readonly number[], chance: () => number): number {
  return operations[Math.floor(chance() * operations.length)] ?? 0;
}

/** Azure's side of an approval: one write at a time, a rejection is final, and some take their time. */
function put(
  sim: Simulation,
  world: World,
  { text, service: { text: serviceText } }: ConnectionId,
  { state, description }: { readonly state: "Approved" | "Rejected"; readonly description: string },
  tookMs: number,
): PutOutcome {
  const [connection, service] = [world.connection(text), world.services.get(serviceText.toLowerCase())];
  if (connection === undefined || service === undefined) return { kind: "refused", code: "404" };
  if (connection.state !== "Pending") return { kind: "refused", code: "400" };
  if (service.busyUntil > sim.time.now()) return { kind: "busy", code: "409" };
  if (tookMs === 0) {
    world.change(connection, state, description);
    return { kind: "accepted" };
  }
  service.busyUntil = sim.time.now() + tookMs;
  sim.time.at(service.busyUntil, () => {
    if (world.connection(text) === connection && connection.state === "Pending")
      world.change(connection, state, description);
  });
  return { kind: "accepted" };
}
