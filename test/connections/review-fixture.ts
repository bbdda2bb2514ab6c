import { announcements } from "../../src/lib/alerts/announce.ts";
import { parseEndpointId, type ConnectionId } from "../../src/lib/azure/resource-id.ts";
import type {
  Connection,
  Endpoint,
  OperationStatus,
  PutOutcome,
  Service,
} from "../../src/lib/connections/azure-connections.ts";
import { breakers } from "../../src/lib/connections/breakers/breakers.ts";
import { eventLimiter } from "../../src/lib/connections/event-limiter.ts";
import type { ConnectionRecord } from "../../src/lib/connections/record/connection-record.ts";
import { NotQueued } from "../../src/lib/connections/review-queue.ts";
import type { ReviewServices } from "../../src/lib/connections/review/ports.ts";
import { unknownNameLimiter } from "../../src/lib/connections/unknown-name-limiter.ts";
import { knownRead, unknownRead, type Read } from "../../src/lib/estate/read.ts";
import { keyedMutex } from "../../src/lib/keyed-mutex.ts";
import { jsonLog } from "../../src/lib/log.ts";
import { rowsAppState } from "../../src/lib/state/app-state.ts";
import { rowsDigests } from "../../src/lib/state/digests.ts";
import { rowsLedger } from "../../src/lib/state/ledger.ts";
import { memoryRows } from "../../src/lib/state/memory-rows.ts";
import type { Rows } from "../../src/lib/state/rows.ts";
import { rowsOutbox } from "../../src/lib/state/outbox.ts";
import { id, leastRecord, now } from "./records.ts";

/** Another connection of the same service. */
export const otherId: ConnectionId = {
  ...id,
  text: `${id.text}-2`,
  connectionName: `${id.connectionName}-2`,
};

export const endpointId = `/subscriptions/${id.service.subscriptionId}/resourceGroups/rg/providers/Microsoft.Network/privateEndpoints/pe`;

/** The connection as Azure shows it first. */
export const shown: Connection = {
  id,
  armId: id.text,
  state: "Pending",
  provisioningState: knownRead("Succeeded"),
  endpointId: parseEndpointId(endpointId)?.text ?? "",
  description: "please",
  groupIds: knownRead(["Gateway"]),
};

/** The same once Drawbridge has approved it. */
export const approvedBy = (decisionId: string): Connection => ({
  ...shown,
  state: "Approved",
  description: `drawbridge ${decisionId}: it fits`,
});

/** Its service, without another connection. */
export const service: Service = {
  id: id.service,
  provisioningState: knownRead("Succeeded"),
  location: knownRead("westeurope"),
  sku: knownRead("Premium"),
  virtualNetworkType: knownRead("None"),
  publicNetworkAccess: knownRead("Disabled"),
  platformVersion: knownRead("stv2"),
  tags: knownRead({}),
  locations: knownRead(["westeurope"]),
  connections: knownRead([shown]),
  readable: [shown],
};

interface World {
  now: Date;
  isQueueFull: boolean;
  /** Azure's answers. */
  connection: Read<Connection>;
  service: Read<Service>;
  endpoint: Read<Endpoint>;
  dnsZones: Read<readonly string[]>;
  put: PutOutcome;
  operation: OperationStatus;
  /** What was written to Azure. */
  readonly puts: { readonly state: string; readonly description: string }[];
}

/** Azure as it answers first. */
function firstWorld(): World {
  return {
    now,
    isQueueFull: false,
    connection: knownRead(shown),
    service: knownRead(service),
    endpoint: unknownRead("forbidden"),
    dnsZones: unknownRead("forbidden"),
    put: { kind: "accepted" },
    operation: { kind: "under-way" },
    puts: [],
  };
}

/** Tests of the parts of a review: on rows in memory, at a time and with answers of Azure that a test may set. */
export function reviewFixture(changes: Partial<Pick<ReviewServices, "mode" | "policy">> = {}) {
  const rows = memoryRows();
  const world = firstWorld();
  const clock = { now: () => world.now };
  const logged: string[] = [];
  const log = jsonLog((line) => logged.push((JSON.parse(line) as { message: string }).message), clock);
  /** What was queued: the connection's name, and the delay in milliseconds. */
  const queued: [string, number][] = [];
  const reviewQueue: ReviewServices["reviewQueue"] = {
    sendLater: ({ connectionName }, delayMs) => {
      if (world.isQueueFull) return Promise.reject(new NotQueued("the queue is full"));
      queued.push([connectionName, delayMs]);
      return Promise.resolve();
    },
  };
  const services = { ...servicesOn(rows, { azure: azureOf(world), clock, log, reviewQueue }), ...changes };
  const { ledger } = services;
  return {
    rows,
    world,
    services,
    logged,
    queued,
    /** Stores a record. What is given is changed of the least one. */
    stored: (more: Partial<ConnectionRecord> = {}) => {
      const { version: _, ...record } = { ...leastRecord("Decided"), ...more };
      return ledger.add(record);
    },
    /** The entries of the service's chain, the newest first. */
    entries: async () => (await ledger.entries({ service: id.service }, { top: 100 })).items.toReversed(),
    /** The types of the service's alerts, with their reasons. */
    alerts: async () => {
      const undelivered = await rowsOutbox(rows).undelivered(id.service);
      return undelivered.map(({ alert }) => `${alert.type}: ${String(alert.data.reason)}`);
    },
    /** What the service's alerts say, with their types. */
    alertData: async () => {
      const undelivered = await rowsOutbox(rows).undelivered(id.service);
      return undelivered.map(({ alert: { type, data } }) => ({ type, ...data }));
    },
    lock: async () => (await ledger.head(id.service)).writeLock,
    /** What Azure says of the service from now on. */
    serviceIs: (
      sku: string | Read<string>,
      publicNetworkAccess: string,
      connections: Service["connections"] = service.connections,
    ) => {
      world.service = knownRead({
        ...service,
        sku: typeof sku === "string" ? knownRead(sku) : sku,
        publicNetworkAccess: knownRead(publicNetworkAccess),
        connections,
      });
    },
    /** Takes the hour's approval, and says whether there was one left to take. */
    takesApproval: async () => (await services.breakers.acquireApproval()).kind === "permit",
  };
}

export type ReviewFixture = ReturnType<typeof reviewFixture>;

function servicesOn(
  rows: Rows,
  ports: Pick<ReviewServices, "azure" | "clock" | "log" | "reviewQueue">,
): ReviewServices {
  const { clock, log } = ports;
  const routes = () => ["log"];
  const rateLimits = { approvalsPerHour: 1, requestsPerHour: 100, revocationsPerRun: 1 };
  return {
    ...ports,
    ledger: rowsLedger(rows, routes, clock),
    alerts: announcements(rowsOutbox(rows), [], log, clock),
    policy: () => Promise.resolve({ kind: "invalid", hash: "h", problems: [] }),
    mode: "enforce",
    scope: {
      subscriptions: [id.service.subscriptionId],
      resourceGroups: [],
      ids: [],
      managementGroups: [],
      tags: [],
      exclude: [],
    },
    newId: () => "ours",
    breakers: breakers(rowsAppState(rows, routes), rateLimits, clock),
    digests: rowsDigests(rows),
    serviceMutex: keyedMutex(),
    eventLimiter: eventLimiter(clock),
    unknownNameLimiter: unknownNameLimiter(clock),
  };
}

function azureOf(world: World): ReviewServices["azure"] {
  const unread = () => Promise.resolve(unknownRead("forbidden"));
  return {
    connection: () => Promise.resolve(world.connection),
    service: () => Promise.resolve(world.service),
    endpoint: () => Promise.resolve(world.endpoint),
    network: unread,
    dnsZones: () => Promise.resolve(world.dnsZones),
    subscriptions: unread,
    inventory: unread,
    services: unread,
    setState: (_, state, description) => {
      world.puts.push({ state, description });
      return Promise.resolve(world.put);
    },
    operation: () => Promise.resolve(world.operation),
  };
}
