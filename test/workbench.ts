import { randomUUID } from "node:crypto";
import { check, type Checked } from "../src/lib/addresses/check/check.ts";
import { byResource, type DeclaredAddresses } from "../src/lib/addresses/model/declared.ts";
import type { AddressServices } from "../src/lib/addresses/services.ts";
import { announcements, type Announcements } from "../src/lib/alerts/announce.ts";
import { deliver } from "../src/lib/alerts/deliver.ts";
import type { Alert } from "../src/lib/alerts/alert.ts";
import { logSink } from "../src/lib/alerts/sinks/log.ts";
import { arm } from "../src/lib/azure/arm.ts";
import { armAddresses } from "../src/lib/azure/arm-addresses.ts";
import { armClients } from "../src/lib/azure/arm-clients.ts";
import { budget } from "../src/lib/azure/budget.ts";
import { parseConnectionId, type ConnectionId } from "../src/lib/azure/resource-id.ts";
import type { Ceilings, Config, Mode, ScopeConfig, WatchConfig } from "../src/lib/config/config.ts";
import { loadPolicy } from "../src/lib/config/load-policy.ts";
import { review } from "../src/lib/connections/review/review.ts";
import type { ReviewServices } from "../src/lib/connections/review/review-services.ts";
import type { Cause } from "../src/lib/connections/record/record.ts";
import { breakers } from "../src/lib/connections/breakers/breakers.ts";
import { reviewService } from "../src/lib/connections/review-service.ts";
import { sweep, type Swept } from "../src/lib/connections/sweep/sweep.ts";
import type { SweepServices } from "../src/lib/connections/sweep/sweeping.ts";
import { jsonLog } from "../src/lib/log.ts";
import { noTelemetry } from "../src/lib/telemetry.ts";
import { keyedMutex } from "../src/lib/keyed-mutex.ts";
import { rowsAddressDigests } from "../src/lib/state/address-digests.ts";
import { rowsBaselines } from "../src/lib/state/baselines.ts";
import { rowsAppState } from "../src/lib/state/app-state.ts";
import { rowsDigests } from "../src/lib/state/digests.ts";
import { rowsLedger } from "../src/lib/state/ledger.ts";
import type { Rows } from "../src/lib/state/rows.ts";
import { memoryRows } from "../src/lib/state/memory-rows.ts";
import { rowsOutbox } from "../src/lib/state/outbox.ts";
import { alertProblems } from "./alert-problems.ts";
import { queueOf, takeQueued, type QueuedReview } from "./connections/queued-reviews.ts";
import { makeEndpoint, type EndpointRequest } from "../local/requester.ts";
import { root } from "../local/child-process.ts";
import { smallEstate, subscriptions } from "../simulator/estate/estate.ts";
import { startSimulator, type Simulator } from "../simulator/server.ts";
import type { Connection as SimulatedConnection, Service } from "../simulator/estate/world.ts";
import { onSimulator } from "../src/surroundings.ts";

/** Reviews in this process: the real SDK clients on the simulator, rows in memory, and a clock to be moved. */
export interface Workbench {
  readonly simulator: Simulator;
  readonly services: ReviewServices & SweepServices;
  readonly orders: Service;
  readonly alerts: Alert[];
  readonly addresses: AddressServices;
  /** What was put into the queue for its time; `follow` takes out what has come. */
  readonly queued: QueuedReview[];
  /** As if no sink took anything. */
  readonly deaf: Announcements;
  /** Every PUT on a connection that the simulator saw. */
  puts(): number;
  ask(request?: Partial<EndpointRequest>): Promise<ConnectionId>;
  onAzure(id: ConnectionId): SimulatedConnection;
  review(id: ConnectionId, cause?: Cause): ReturnType<typeof review>;
  /** How many marks there are of work that is not at rest: what is held waits for another decider too. */
  unfinished(): Promise<number>;
  /** A sweep: what it found is to be reviewed. */
  sweep(): Promise<Swept>;
  /** Reviews what a sweep found, as the queue's function does. */
  follow(swept: Swept): Promise<void>;
  /** Sweeps every five minutes and follows, until nothing is due: every service is met, and everything explained. */
  calm(): Promise<void>;
  /** A check of the addresses. */
  check(): Promise<Checked>;
  /** What the services' owner asks of ARM; answers the status. */
  owner(method: string, id: string, body?: object): Promise<number>;
  pass(ms: number): void;
  /** The same world under another mode or policy. */
  under(changes: {
    mode?: Mode;
    policy?: string;
    landingZones?: readonly string[];
    parameters?: Readonly<Record<string, unknown>>;
    ceilings?: Partial<Ceilings>;
    scope?: Partial<ScopeConfig>;
    watch?: Partial<WatchConfig>;
    declared?: readonly DeclaredAddresses[];
  }): Workbench;
  stop(): Promise<void>;
}

const [periodMs, checkPeriodMs] = [5 * 60_000, 15 * 60_000];
const sweepsMax = 500;

interface World {
  readonly simulator: Simulator;
  readonly rows: Rows;
  readonly alerts: Workbench["alerts"];
  readonly queued: QueuedReview[];
  now: Date;
}

/** Here Azure does at once what is asked of it, unless a test gives a service its time. */
export async function startWorkbench(estate = smallEstate()): Promise<Workbench> {
  for (const service of estate.services.values()) Object.assign(service, { operationMs: 0, updateMs: 0 });
  const simulator = await startSimulator(estate);
  const now = new Date("2026-11-24T08:00:00Z");
  return workbench({ simulator, rows: memoryRows(), alerts: [], queued: [], now }, {});
}

function workbench(world: World, changes: Parameters<Workbench["under"]>[0]): Workbench {
  const { simulator, rows, alerts, queued } = world;
  const clock = { now: () => world.now };
  const log = jsonLog((line) => {
    const { alert } = JSON.parse(line) as { alert?: Workbench["alerts"][number] };
    if (alert === undefined) return;
    const problems = alertProblems(alert);
    if (problems.length > 0) throw new Error(problems.join("; "));
    alerts.push(alert);
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
  const appState = rowsAppState(rows, () => ["log"]);
  const [outbox, sinks] = [rowsOutbox(rows), [logSink(log)]];
  const refusing = { name: "log", inProcess: true, send: () => Promise.reject(new Error("down")) } as const;
  const ceilings = { approvalsPerHour: 500, requestsPerHour: 1_000, ...changes.ceilings };
  // The bench's time stands still while something is done; what is asked of Azure takes real time too.
  const running = { now: () => new Date(world.now.getTime() + performance.now()) };
  const clients = armClients(onSimulator(simulator.url).arm, { budget: budget(running, 1) });
  const azure = arm(clients, log, clock);
  const scope: ScopeConfig = {
    subscriptions: [subscriptions.platform],
    resourceGroups: [],
    ids: [],
    managementGroups: [],
    tags: [],
    exclude: [],
    ...changes.scope,
  };
  const services: Workbench["services"] = {
    azure,
    appState,
    breakers: breakers(appState, ceilings, clock),
    digests: rowsDigests(rows),
    turns: keyedMutex(),
    reviewQueue: queueOf(queued, clock),
    ledger: rowsLedger(rows, () => ["log"], clock),
    alerts: announcements(outbox, sinks, log, clock),
    policy: () => Promise.resolve(policy),
    mode: changes.mode ?? "enforce",
    scope,
    clock,
    log,
    newId: randomUUID,
  };
  const addresses: AddressServices = {
    azure: armAddresses(clients, azure),
    baselines: rowsBaselines(rows, () => ["log"]),
    digests: rowsAddressDigests(rows),
    declared: byResource(changes.declared ?? []),
    scope,
    watch: { ids: [], tags: [], ...changes.watch },
    appState,
    alerts: services.alerts,
    clock,
    log,
    newId: randomUUID,
  };
  const orders = [...simulator.world.services.values()][0] as Service;
  /** What the queue and the sweeps do with alerts that are left. */
  async function tellLeft(): Promise<void> {
    await services.alerts.announce("app");
    await services.alerts.enqueueLeftovers();
    for (const owner of services.alerts.drainQueue())
      await deliver({ outbox, sinks, appState, clock, log, telemetry: noTelemetry }, owner);
  }

  const bench: Workbench = {
    simulator,
    queued,
    services,
    addresses,
    deaf: announcements(outbox, [refusing], log, clock),
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
    unfinished: async () => {
      let count = 0;
      for await (const { wait } of services.ledger.marks()) if (wait?.decider === undefined) count++;
      return count;
    },
    sweep: () => sweep(services, periodMs),
    follow: async ({ due }) => {
      const request = { cause: "sweep", actor: "test", requestedAt: world.now } as const;
      for (const id of due)
        if (id.kind === "service") await reviewService(services, id, request);
        else await review(services, { ...request, id });
      await takeQueued(services, queued);
      await tellLeft();
    },
    check: async () => {
      const checked = await check(addresses, checkPeriodMs);
      await tellLeft();
      return checked;
    },
    owner: async (method, id, body) => {
      const answer = await fetch(`${simulator.url}${id}?api-version=2024-05-01`, {
        method,
        headers: { authorization: "Bearer owner" },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      return answer.status;
    },
    pass: (ms) => {
      world.now = new Date(world.now.getTime() + ms);
      simulator.advance(ms);
    },
    calm: async () => {
      for (let sweeps = 0; sweeps < sweepsMax; sweeps++) {
        const swept = await bench.sweep();
        if (swept.due.length === 0 && swept.stopped === undefined) return;
        await bench.follow(swept);
        bench.pass(periodMs);
      }
      throw new Error(`${sweepsMax} sweeps later there still is something to do`);
    },
    under: (more) => workbench(world, { ...changes, ...more }),
    stop: () => simulator.stop(),
  };
  return bench;
}

function idOf(text: string): ConnectionId {
  const id = parseConnectionId(text);
  if (id === undefined) throw new Error(`${text} is no connection's id`);
  return id;
}
