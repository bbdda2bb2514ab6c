import { randomUUID } from "node:crypto";
import { logSink } from "../src/lib/alerts/sink.ts";
import { arm } from "../src/lib/azure/arm.ts";
import { armClients } from "../src/lib/azure/arm-clients.ts";
import { parseConnectionId, type ConnectionId } from "../src/lib/azure/resource-id.ts";
import type { Config, Mode } from "../src/lib/config/config.ts";
import { loadPolicy } from "../src/lib/config/load-policy.ts";
import { review, type ReviewServices } from "../src/lib/connections/review.ts";
import type { Cause } from "../src/lib/connections/record.ts";
import { jsonLog } from "../src/lib/log.ts";
import { rowsLedger } from "../src/lib/state/ledger.ts";
import { memoryRows } from "../src/lib/state/memory-rows.ts";
import { rowsOutbox } from "../src/lib/state/outbox.ts";
import { makeEndpoint, type EndpointRequest } from "../local/requester.ts";
import { root } from "../local/process.ts";
import { smallEstate, subscriptions } from "../simulator/estate.ts";
import { startSimulator, type Simulator } from "../simulator/server.ts";
import type { Connection as SimulatedConnection, Service } from "../simulator/world.ts";

/** Reviews in this process: the real SDK clients on the simulator, rows in memory, and a clock to be moved. */
export interface Workbench {
  readonly simulator: Simulator;
  readonly services: ReviewServices;
  readonly orders: Service;
  readonly alerts: { readonly id: string; readonly type: string; readonly subject: string }[];
  /** Every PUT on a connection that the simulator saw. */
  puts(): number;
  ask(request?: Partial<EndpointRequest>): Promise<ConnectionId>;
  onAzure(id: ConnectionId): SimulatedConnection;
  review(id: ConnectionId, cause?: Cause): ReturnType<typeof review>;
  pass(ms: number): void;
  /** The same world under another mode or policy. */
  under(changes: {
    mode?: Mode;
    policy?: string;
    landingZones?: readonly string[];
    parameters?: Readonly<Record<string, unknown>>;
  }): Workbench;
  stop(): Promise<void>;
}

interface World {
  readonly simulator: Simulator;
  readonly rows: ReturnType<typeof memoryRows>;
  readonly alerts: Workbench["alerts"];
  now: Date;
}

export async function startWorkbench(): Promise<Workbench> {
  const simulator = await startSimulator(smallEstate());
  return workbench({ simulator, rows: memoryRows(), alerts: [], now: new Date("2026-11-24T08:00:00Z") }, {});
}

function workbench(world: World, changes: Parameters<Workbench["under"]>[0]): Workbench {
  const { simulator, rows, alerts } = world;
  const clock = { now: () => world.now };
  const log = jsonLog((line) => {
    const { alert } = JSON.parse(line) as { alert?: Workbench["alerts"][number] };
    if (alert !== undefined) alerts.push(alert);
  }, clock);
  const landingZones = changes.landingZones ?? [
    subscriptions.landingZone,
    subscriptions.newTeam,
    subscriptions.partner,
  ];
  const policy = loadPolicy(root, {
    policy: changes.policy ?? "policies/default",
    policyParameters: changes.parameters ?? { landingZones, blockedSubscriptions: [subscriptions.sandbox] },
  } as unknown as Config);
  const services: ReviewServices = {
    azure: arm(armClients({ armEndpoint: simulator.url }), log),
    ledger: rowsLedger(rows, ["log"], clock),
    outbox: rowsOutbox(rows),
    sinks: [logSink(log)],
    policy: () => Promise.resolve(policy),
    mode: changes.mode ?? "enforce",
    scope: {
      subscriptions: [subscriptions.platform],
      resourceGroups: [],
      ids: [],
      managementGroups: [],
      tags: [],
      exclude: [],
    },
    clock,
    log,
    newId: randomUUID,
  };
  const orders = [...simulator.world.services.values()][0] as Service;
  return {
    simulator,
    services,
    orders,
    alerts,
    puts: () =>
      simulator.seen.filter(
        ({ method, path }) => method === "PUT" && path.includes("/privateEndpointConnections/"),
      ).length,
    ask: async (request = {}) => {
      const text = await makeEndpoint(simulator, {
        token: "requester",
        subscriptionId: subscriptions.landingZone,
        name: `pe-${randomUUID().slice(0, 8)}`,
        serviceId: orders.id,
        message: "please",
        ...request,
      });
      return idOf(text);
    },
    onAzure: (id) => {
      const service = simulator.world.services.get(id.service.text.toLowerCase());
      const connection = service?.connections.get(id.connectionName);
      if (connection === undefined) throw new Error(`${id.text} is not on Azure`);
      return connection;
    },
    review: (id, cause = "event") => review(services, { id, cause, actor: "test", requestedAt: world.now }),
    pass: (ms) => {
      world.now = new Date(world.now.getTime() + ms);
    },
    under: (more) => workbench(world, { ...changes, ...more }),
    stop: () => simulator.stop(),
  };
}

function idOf(text: string): ConnectionId {
  const id = parseConnectionId(text);
  if (id === undefined) throw new Error(`${text} is no connection's id`);
  return id;
}
