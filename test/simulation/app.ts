import { acknowledgeAddresses } from "../../src/functions/acknowledge-addresses.ts";
import { addressesMayHaveChanged } from "../../src/functions/addresses-may-have-changed.ts";
import { archiveRecords } from "../../src/functions/archive-records.ts";
import { checkAddresses } from "../../src/functions/check-addresses.ts";
import type { InvocationContext, Timer } from "@azure/functions";
import { withAlertOutput } from "../../src/functions/with-alert-output.ts";
import { alertsPoisoned } from "../../src/functions/alerts-poisoned.ts";
import { deliverAlerts } from "../../src/functions/deliver-alerts.ts";
import { connectionChanged } from "../../src/functions/connection-changed.ts";
import { reviewConnections } from "../../src/functions/review-connections.ts";
import { reviewsPoisoned } from "../../src/functions/reviews-poisoned.ts";
import { sweepConnections } from "../../src/functions/sweep-connections.ts";
import type { AddressAzure } from "../../src/lib/addresses/azure.ts";
import type { ArchiveServices } from "../../src/lib/archive/archive.ts";
import type { Alert } from "../../src/lib/alerts/alert.ts";
import { announcements } from "../../src/lib/alerts/announce.ts";
import type { Routes, Sink } from "../../src/lib/alerts/sink.ts";
import type { Ceilings, Config, Mode } from "../../src/lib/config/config.ts";
import { breakers } from "../../src/lib/connections/breakers/breakers.ts";
import type { Azure } from "../../src/lib/connections/azure.ts";
import { reviewMessage } from "../../src/lib/connections/review-message.ts";
import { NotQueued } from "../../src/lib/connections/review-queue.ts";
import { checks } from "../../src/lib/addresses/check/checking.ts";
import { sweeps } from "../../src/lib/connections/sweep/sweeping.ts";
import { timerWatch } from "../../src/lib/estate/overdue.ts";
import { counters } from "../../src/lib/counters.ts";
import { jsonLog, type Log } from "../../src/lib/log.ts";
import type { LoadedPolicy } from "../../src/lib/policy/loaded-policy.ts";
import { rowsAddressDigests } from "../../src/lib/state/address-digests.ts";
import { rowsBaselines } from "../../src/lib/state/baselines.ts";
import { rowsAppState } from "../../src/lib/state/app-state.ts";
import { rowsDigests } from "../../src/lib/state/digests.ts";
import { rowsLedger } from "../../src/lib/state/ledger.ts";
import { rowsOutbox } from "../../src/lib/state/outbox.ts";
import type { Rows } from "../../src/lib/state/rows.ts";
import { noTelemetry } from "../../src/lib/telemetry.ts";
import { keyedMutex } from "../../src/lib/keyed-mutex.ts";
import type { Services } from "../../src/services.ts";
import { alertProblems } from "../alert-problems.ts";
import type { Process } from "./platform.ts";
import { canary, type Simulation } from "./simulation.ts";
import { hosting } from "./world.ts";

/** What all processes of the app share, and what they are told by their settings. */
export interface Shared {
  readonly sim: Simulation;
  readonly rows: Rows;
  /** Both ports of one instance: they share its budget. */
  readonly azure: () => { readonly connections: Azure; readonly addresses: AddressAzure };
  readonly archive: (log: Log) => ArchiveServices;
  readonly policy: () => LoadedPolicy;
  readonly mode: () => Mode;
  readonly ceilings: Ceilings;
  readonly enqueue: (queue: string, message: unknown, delayMs?: number) => void;
  /** What reached the log, and the sink that is somewhere else, in order. */
  readonly told: Alert[];
  readonly toldFar: Alert[];
  /** Changes the services of each process before they are used: where a bug is planted. */
  readonly plant: (services: SimulatedServices) => SimulatedServices;
}

/** Both get everything, but that they are dead themselves. */
export const simulatedRoutes: Routes = ({ data }) => ["log", "webhook"].filter((name) => data.sink !== name);

/** With an archive, which an app need not have. */
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
}

/** One process: the app's own functions and services, on the simulated world. */
export function startProcess(shared: Shared, name: string, crash: () => void): App {
  const services = shared.plant(servicesOf(shared));
  const telling = <I, R>(handler: (input: I, context: InvocationContext) => R | Promise<R>) => {
    const handing = withAlertOutput(services, queueNamed("alerts"), handler);
    return (input: I) => handing(input, outputs(shared));
  };
  return {
    name,
    alive: true,
    crash,
    services,
    connectionChanged: connectionChanged(services),
    reviewConnections: telling(reviewConnections(services)),
    reviewsPoisoned: telling(reviewsPoisoned(services)),
    sweepConnections: telling(sweepConnections(services, queueNamed("reevaluations"))),
    checkAddresses: telling(checkAddresses(services)),
    archiveRecords: () => archiveRecords(services.archive)(),
    deliverAlerts: telling(deliverAlerts(services)),
    alertsPoisoned: alertsPoisoned(services),
    addressesMayHaveChanged: telling(addressesMayHaveChanged(services)),
    acknowledgeAddresses: telling(acknowledgeAddresses(services)),
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

function servicesOf({
  sim,
  rows,
  azure,
  archive,
  policy,
  mode,
  ceilings,
  enqueue,
  told,
  toldFar,
}: Shared): SimulatedServices {
  const clock = { now: () => sim.now() };
  const appState = rowsAppState(rows, simulatedRoutes);
  const loaded = policy();
  const { connections, addresses } = azure();
  const outbox = rowsOutbox(rows);
  const log = jsonLog((line) => {
    if (line.includes(canary)) sim.violated("I14 secrets", `the log has ${line.slice(0, 200)}`);
  }, clock);
  const sinks = [sinkOf(sim, "log", told), sinkOf(sim, "webhook", toldFar)];
  const common = {
    appState,
    clock,
    log,
    newId: () => sim.newId(),
    alerts: announcements(outbox, sinks, log, clock),
    scope: {
      subscriptions: [hosting],
      resourceGroups: [],
      ids: [],
      managementGroups: [],
      tags: [],
      exclude: [],
    },
  };
  const timers = [
    { ...sweeps, periodMs: 5 * 60_000 },
    { ...checks, periodMs: 15 * 60_000 },
  ];
  return {
    ...common,
    azure: connections,
    addresses: {
      ...common,
      azure: addresses,
      baselines: rowsBaselines(rows, simulatedRoutes),
      digests: rowsAddressDigests(rows),
      declared: new Map(),
      watch: { ids: [], tags: [] },
    },
    addressProblems: [],
    timers,
    timerWatch: timerWatch(timers, common),
    archive: archive(log),
    delivery: { outbox, sinks, appState, clock, log, telemetry: noTelemetry },
    telemetry: noTelemetry,
    ledger: rowsLedger(rows, simulatedRoutes, clock),
    digests: rowsDigests(rows),
    breakers: breakers(appState, ceilings, clock),
    reviewQueue: {
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
    },
    turns: keyedMutex(),
    policy: () => Promise.resolve(loaded),
    mode: mode(),
    counters: counters(),
    recentActivity: {},
    config: { mode: mode() } as Config,
  };
}

/** The log is of this process; the other one is somewhere else, and told by the queue. */
function sinkOf(sim: Simulation, name: "log" | "webhook", told: Alert[]): Sink {
  return {
    name,
    ...(name === "log" ? { inProcess: true as const } : {}),
    send: (alert) =>
      sim.reach(`sink ${name}`, alert.id, {
        apply: () => {
          for (const each of alertProblems(alert)) sim.violated("I8 alerts", each);
          told.push(alert);
        },
        fail: (fault) => {
          throw new Error(`the sink failed: ${fault} ${canary}`);
        },
      }),
  };
}
