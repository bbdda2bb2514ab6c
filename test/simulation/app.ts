import { acknowledgeAddresses } from "../../src/functions/acknowledge-addresses.ts";
import { addressesMayHaveChanged } from "../../src/functions/addresses-may-have-changed.ts";
import { checkAddresses } from "../../src/functions/check-addresses.ts";
import { connectionChanged } from "../../src/functions/connection-changed.ts";
import { reviewConnections } from "../../src/functions/review-connections.ts";
import { reviewsPoisoned } from "../../src/functions/reviews-poisoned.ts";
import { sweepConnections } from "../../src/functions/sweep-connections.ts";
import type { AddressAzure } from "../../src/lib/addresses/azure.ts";
import type { Alert } from "../../src/lib/alerts/alert.ts";
import type { Sink } from "../../src/lib/alerts/sink.ts";
import type { Ceilings, Config, Mode } from "../../src/lib/config/config.ts";
import { breakers } from "../../src/lib/connections/breakers.ts";
import type { Azure } from "../../src/lib/connections/azure.ts";
import { counters } from "../../src/lib/counters.ts";
import { jsonLog } from "../../src/lib/log.ts";
import type { LoadedPolicy } from "../../src/lib/policy/loaded-policy.ts";
import { rowsAddressDigests } from "../../src/lib/state/address-digests.ts";
import { rowsBaselines } from "../../src/lib/state/baselines.ts";
import { rowsAppState } from "../../src/lib/state/app-state.ts";
import { rowsDigests } from "../../src/lib/state/digests.ts";
import { rowsLedger } from "../../src/lib/state/ledger.ts";
import { rowsOutbox } from "../../src/lib/state/outbox.ts";
import type { Rows } from "../../src/lib/state/rows.ts";
import { turns } from "../../src/lib/turns.ts";
import type { Services } from "../../src/services.ts";
import type { Process } from "./platform.ts";
import type { Simulation } from "./simulation.ts";
import { hosting } from "./world.ts";

/** What all processes of the app share, and what they are told by their settings. */
export interface Shared {
  readonly sim: Simulation;
  readonly rows: Rows;
  /** Both ports of one instance: they share its budget. */
  readonly azure: () => { readonly connections: Azure; readonly addresses: AddressAzure };
  readonly policy: () => LoadedPolicy;
  readonly mode: () => Mode;
  readonly ceilings: Ceilings;
  /** What reached the sink, in order. */
  readonly told: Alert[];
  /** Changes the services of each process before they are used: where a bug is planted. */
  readonly plant: (services: Services) => Services;
}

export interface App extends Process {
  readonly services: Services;
  readonly connectionChanged: ReturnType<typeof connectionChanged>;
  readonly reviewConnections: ReturnType<typeof reviewConnections>;
  readonly reviewsPoisoned: ReturnType<typeof reviewsPoisoned>;
  readonly sweepConnections: ReturnType<typeof sweepConnections>;
  readonly checkAddresses: ReturnType<typeof checkAddresses>;
  readonly addressesMayHaveChanged: ReturnType<typeof addressesMayHaveChanged>;
  readonly acknowledgeAddresses: ReturnType<typeof acknowledgeAddresses>;
}

/** One process: the app's own functions and services, on the simulated world. */
export function startProcess(shared: Shared, name: string, crash: () => void): App {
  const services = shared.plant(servicesOf(shared));
  return {
    name,
    alive: true,
    crash,
    services,
    connectionChanged: connectionChanged(services),
    reviewConnections: reviewConnections(services),
    reviewsPoisoned: reviewsPoisoned(services),
    sweepConnections: sweepConnections(services),
    checkAddresses: checkAddresses(services),
    addressesMayHaveChanged: addressesMayHaveChanged(services),
    acknowledgeAddresses: acknowledgeAddresses(services),
  };
}

function servicesOf({ sim, rows, azure, policy, mode, ceilings, told }: Shared): Services {
  const clock = { now: () => sim.now() };
  const appState = rowsAppState(rows, ["log"]);
  const loaded = policy();
  const { connections, addresses } = azure();
  const common = {
    appState,
    clock,
    log: jsonLog(() => {}, clock),
    newId: () => sim.newId(),
    outbox: rowsOutbox(rows),
    scope: {
      subscriptions: [hosting],
      resourceGroups: [],
      ids: [],
      managementGroups: [],
      tags: [],
      exclude: [],
    },
    sinks: [sinkOf(sim, told)],
  };
  return {
    ...common,
    azure: connections,
    addresses: {
      ...common,
      azure: addresses,
      baselines: rowsBaselines(rows, ["log"]),
      digests: rowsAddressDigests(rows),
      declared: new Map(),
      watch: { ids: [], tags: [] },
    },
    addressProblems: [],
    ledger: rowsLedger(rows, ["log"], clock),
    digests: rowsDigests(rows),
    breakers: breakers(appState, ceilings, clock),
    turns: turns(),
    policy: () => Promise.resolve(loaded),
    mode: mode(),
    counters: counters(),
    lately: {},
    config: { mode: mode() } as Config,
  };
}

function sinkOf(sim: Simulation, told: Alert[]): Sink {
  return {
    name: "log",
    tell: (alert) =>
      sim.reach("sink", alert.id, {
        apply: () => {
          told.push(alert);
        },
        fail: (fault) => {
          throw new Error(`the sink failed: ${fault}`);
        },
      }),
  };
}
