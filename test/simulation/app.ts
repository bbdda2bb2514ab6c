import { acknowledgeAddresses } from "../../src/functions/acknowledge-addresses.ts";
import { addressesMayHaveChanged } from "../../src/functions/addresses-may-have-changed.ts";
import { archiveRecords } from "../../src/functions/archive-records.ts";
import { checkAddresses } from "../../src/functions/check-addresses.ts";
import type { InvocationContext, Timer } from "@azure/functions";
import { withAlertOutput } from "../../src/functions/with-alert-output.ts";
import { alertsPoisoned } from "../../src/functions/alerts-poisoned.ts";
import { deliverAlerts } from "../../src/functions/deliver-alerts.ts";
import { decideConnection } from "../../src/functions/decide-connection.ts";
import { connectionChanged } from "../../src/functions/connection-changed.ts";
import { reviewConnections } from "../../src/functions/review-connections.ts";
import { reviewsPoisoned } from "../../src/functions/reviews-poisoned.ts";
import { sweepConnections } from "../../src/functions/sweep-connections.ts";
import type { ArchiveServices } from "../../src/lib/archive/archive.ts";
import type { Alert } from "../../src/lib/alerts/alert.ts";
import type { Routes, Sink } from "../../src/lib/alerts/sink.ts";
import type { RateLimits, Config, Mode, ScopeConfig } from "../../src/lib/config/config.ts";
import { reviewMessage } from "../../src/lib/connections/review-message.ts";
import { NotQueued, type ReviewQueue } from "../../src/lib/connections/review-queue.ts";
import { jsonLog, type Log } from "../../src/lib/log.ts";
import type { LoadedPolicy } from "../../src/lib/policy/loaded-policy.ts";
import type { Rows } from "../../src/lib/state/rows.ts";
import { noTelemetry } from "../../src/lib/telemetry.ts";
import { knownRead } from "../../src/lib/estate/read.ts";
import type { Services } from "../../src/services.ts";
import { wire, type Ports } from "../../src/wire.ts";
import { checkSent } from "./invariants-of-alerts.ts";
import { checkLogLine } from "./invariants-of-secrets.ts";
import type { Process } from "./platform.ts";
import { canary, type Simulation } from "./simulation.ts";
import { checkEveryMs } from "./timers.ts";
import { hosting } from "./world.ts";

/** What all processes of the app share, and their settings. */
export interface Shared {
  readonly sim: Simulation;
  readonly rows: Rows;
  /** Both ports of one instance: they share its reservations of calls. */
  readonly azure: () => Omit<Ports["azure"], "events">;
  readonly archive: (log: Log) => ArchiveServices;
  readonly policy: () => LoadedPolicy;
  readonly mode: () => Mode;
  readonly rateLimits: RateLimits;
  readonly sweepEveryMs: number;
  readonly enqueue: (queue: string, message: unknown, delayMs?: number) => void;
  /** The alerts that reached the log, and the remote sink, in order. */
  readonly loggedAlerts: Alert[];
  readonly webhookAlerts: Alert[];
  /** Changes the services of each process before they are used, to plant a bug. */
  readonly plant: (services: SimulatedServices) => SimulatedServices;
}

/** Each sink gets every alert, except the one that says that it is itself dead. */
export const simulatedRoutes: Routes = ({ data }) => ["log", "webhook"].filter((name) => data.sink !== name);

/** Services with an archive, which is optional in the app. */
export type SimulatedServices = Services & Required<Pick<Services, "archive">>;

export interface App extends Process {
  readonly services: SimulatedServices;
  readonly connectionChanged: ReturnType<typeof connectionChanged>;
  readonly reviewConnections: ReturnType<typeof reviewConnections>;
  readonly reviewsPoisoned: ReturnType<typeof reviewsPoisoned>;
  readonly sweepConnections: (timer: Timer) => ReturnType<ReturnType<typeof sweepConnections>>;
  readonly checkAddresses: ReturnType<typeof checkAddresses>;
  readonly archiveRecords: () => Promise<void>;
  readonly deliverAlerts: ReturnType<typeof deliverAlerts>;
  readonly alertsPoisoned: ReturnType<typeof alertsPoisoned>;
  readonly addressesMayHaveChanged: ReturnType<typeof addressesMayHaveChanged>;
  readonly acknowledgeAddresses: ReturnType<typeof acknowledgeAddresses>;
  /** As an operator, whose token names her. */
  readonly decideConnection: ReturnType<typeof decideConnection>;
}

/** One process: the app's own functions and services, on the simulated world. */
export function startProcess(shared: Shared, name: string, crash: () => void): App {
  const services = shared.plant(servicesOf(shared));
  const withAlerts = <I, R>(handler: (input: I, context: InvocationContext) => R | Promise<R>) => {
    const handle = withAlertOutput(services, queueNamed("alerts"), handler);
    return (input: I) => handle(input, outputs(shared));
  };
  return {
    name,
    alive: true,
    crash,
    services,
    connectionChanged: connectionChanged(services),
    reviewConnections: withAlerts(reviewConnections(services)),
    reviewsPoisoned: withAlerts(reviewsPoisoned(services)),
    sweepConnections: withAlerts(sweepConnections(services, queueNamed("reevaluations"))),
    checkAddresses: withAlerts(checkAddresses(services)),
    archiveRecords: () => archiveRecords(services.archive)(),
    deliverAlerts: withAlerts(deliverAlerts(services)),
    alertsPoisoned: alertsPoisoned(services),
    addressesMayHaveChanged: withAlerts(addressesMayHaveChanged(services)),
    acknowledgeAddresses: withAlerts(acknowledgeAddresses(services)),
    decideConnection: withAlerts((request) =>
      decideConnection(services)(request, undefined, { name: "ana" }),
    ),
  };
}

const queueNamed = (queueName: string) => ({ type: "queue", name: queueName, queueName, connection: "" });

/** What the Functions runtime does with a function's outputs. */
function outputs({ enqueue }: Shared): InvocationContext {
  const set = ({ queueName }: ReturnType<typeof queueNamed>, messages: unknown) => {
    for (const message of messages as unknown[]) enqueue(queueName, message);
  };
  return { functionName: "simulated", extraOutputs: { set } } as unknown as InvocationContext;
}

const scope: ScopeConfig = {
  subscriptions: [hosting],
  resourceGroups: [],
  ids: [],
  managementGroups: [],
  tags: [],
  exclude: [],
};

function servicesOf(shared: Shared): SimulatedServices {
  const { sim, rows, archive, loggedAlerts, webhookAlerts } = shared;
  const clock = { now: () => sim.now() };
  const loaded = shared.policy();
  const log = jsonLog((line) => {
    checkLogLine(sim, line);
  }, clock);
  const config: Partial<Config> = {
    app: {},
    mode: shared.mode(),
    rateLimits: shared.rateLimits,
    scope,
    watch: { ids: [], tags: [] },
    sweepPeriodMs: shared.sweepEveryMs,
    addressPeriodMs: checkEveryMs,
  };
  const ports: Ports = {
    azure: { ...shared.azure(), events: eventsOf },
    rows,
    reviewQueue: reviewQueueOf(shared),
    sinks: [sinkOf(sim, "log", loggedAlerts), sinkOf(sim, "webhook", webhookAlerts)],
    routes: simulatedRoutes,
    policy: () => Promise.resolve(loaded),
    refused: () => [],
    declared: new Map(),
    clock,
    log,
    newId: () => sim.newId(),
    telemetry: noTelemetry,
  };
  return {
    ...wire(ports, config as Config),
    config: config as Config,
    rights: {
      subscription: () => Promise.resolve(knownRead({})),
      systemTopicsOf: () => eventsOf.systemTopics([]),
      eventSubscriptions: eventsOf.eventSubscriptions,
    },
    storageProbes: [],
    addressProblems: [],
    archive: archive(log),
  };
}

/** Without faults: what is found is only shown in health and doctor, and the simulation does not run doctor. */
const eventsOf: Ports["azure"]["events"] = {
  systemTopics: () => Promise.resolve(knownRead([])),
  eventSubscriptions: () => Promise.resolve(knownRead([])),
};

function reviewQueueOf({ sim, enqueue }: Shared): ReviewQueue {
  return {
    sendLater: (id, delayMs) =>
      sim.reach("queue reviews", id.text, {
        apply: () => {
          const due = new Date(sim.time.now() + delayMs);
          enqueue("reviews", reviewMessage(id, "retry", due, sim.newId()), delayMs);
        },
        fail: (fault) => {
          throw new NotQueued(fault);
        },
      }),
  };
}

/** The log belongs to this process. The other sink is remote, and the queue delivers to it. */
function sinkOf(sim: Simulation, name: "log" | "webhook", received: Alert[]): Sink {
  return {
    name,
    ...(name === "log" ? { inProcess: true as const } : {}),
    send: (alert) =>
      sim.reach(`sink ${name}`, alert.id, {
        apply: () => {
          checkSent(sim, alert);
          received.push(alert);
        },
        fail: (fault) => {
          throw new Error(`the sink failed: ${fault} ${canary}`);
        },
      }),
  };
}
