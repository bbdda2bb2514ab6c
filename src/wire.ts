import type { AddressAzure } from "./lib/addresses/azure-addresses.ts";
import type { Checked } from "./lib/addresses/check/check.ts";
import { addressCheck } from "./lib/addresses/check/check-pass.ts";
import type { Declared } from "./lib/addresses/model/declared.ts";
import type { AddressServices } from "./lib/addresses/services.ts";
import { announcements, notingAlerts } from "./lib/alerts/announce.ts";
import type { ListAlerts } from "./lib/alerts/listing.ts";
import type { DeliveryServices } from "./lib/alerts/deliver.ts";
import type { Routes, Sink } from "./lib/alerts/sink.ts";
import type { AppState } from "./lib/app-state.ts";
import type { Clock } from "./lib/clock.ts";
import type { Config } from "./lib/config/config.ts";
import type { Azure } from "./lib/connections/azure-connections.ts";
import { breakers, type Breakers } from "./lib/connections/breakers/breakers.ts";
import type { Listings } from "./lib/connections/listings.ts";
import type { ReviewQueue } from "./lib/connections/review-queue.ts";
import type { ReviewServices } from "./lib/connections/review/ports.ts";
import type { SweepResult } from "./lib/connections/sweep/sweep.ts";
import { eventLimiter } from "./lib/connections/event-limiter.ts";
import { unknownNameLimiter } from "./lib/connections/unknown-name-limiter.ts";
import { sweeps } from "./lib/connections/sweep/sweep-pass.ts";
import { counters, type Counters } from "./lib/counters.ts";
import { refusals, type Refusal, type Refusals } from "./lib/estate/refusals.ts";
import { timerWatch, type Timed, type TimerWatch } from "./lib/estate/overdue.ts";
import type { EventAzure } from "./lib/estate/events/event-paths.ts";
import { keyedMutex } from "./lib/keyed-mutex.ts";
import type { Log } from "./lib/log.ts";
import type { LoadedPolicy } from "./lib/policy/loaded-policy.ts";
import { rowsAddressDigests } from "./lib/state/address-digests.ts";
import { rowsAppState } from "./lib/state/app-state.ts";
import { rowsBaselines } from "./lib/state/baselines.ts";
import { backfill } from "./lib/state/backfill.ts";
import { rowsDigests } from "./lib/state/digests.ts";
import { rowsLedger } from "./lib/state/ledger.ts";
import { rowsAlerts, rowsListings } from "./lib/state/listings.ts";
import { rowsOutbox } from "./lib/state/outbox.ts";
import type { Rows } from "./lib/state/rows.ts";
import type { Telemetry } from "./lib/telemetry.ts";

/** The world as the app sees it: the real one, the simulation's, or a benchmark's. */
export interface Ports {
  readonly azure: {
    readonly connections: Azure;
    readonly addresses: AddressAzure;
    readonly events: EventAzure;
  };
  readonly rows: Rows;
  readonly reviewQueue: ReviewQueue;
  readonly sinks: readonly Sink[];
  /** Which sinks an alert goes to. */
  readonly routes: Routes;
  readonly policy: () => Promise<LoadedPolicy>;
  /** What Azure refused since it was asked last. */
  readonly refused: () => readonly Omit<Refusal, "at">[];
  readonly declared: Declared;
  readonly clock: Clock;
  readonly log: Log;
  readonly newId: () => string;
  readonly telemetry: Telemetry;
}

/** The part of the configuration that the parts of the app need themselves. */
export type WiredConfig = Pick<
  Config,
  "app" | "mode" | "scope" | "watch" | "rateLimits" | "sweepPeriodMs" | "addressPeriodMs"
>;

/** What happened last in this process, for `health`. */
interface RecentActivity {
  event?: string;
  sweep?: { readonly at: string } & Pick<SweepResult, "services" | "unread" | "stopped"> & {
      readonly due: number;
    };
  check?: { readonly at: string } & Checked;
}

/** The parts of the app, put together. */
export interface Wired extends ReviewServices {
  readonly addresses: AddressServices;
  readonly appState: AppState;
  readonly counters: Counters;
  readonly delivery: DeliveryServices;
  readonly listings: Listings;
  readonly listAlerts: ListAlerts;
  /** Adds a part of what was stored before there were indexes to them. */
  readonly backfill: () => Promise<void>;
  readonly recentActivity: RecentActivity;
  readonly telemetry: Telemetry;
  readonly refusals: Refusals;
  /** The periodic scans, each with its period. */
  readonly timers: readonly Timed[];
  /** Alerts where one of them does not complete in time. */
  readonly timerWatch: TimerWatch;
}

/** Puts the app together on any world. Nothing is contacted. */
export function wire(ports: Ports, config: WiredConfig): Wired {
  const { azure, clock, log, newId, policy, reviewQueue, routes, rows, sinks, telemetry } = ports;
  const { mode, scope, watch, rateLimits } = config;
  const outbox = rowsOutbox(rows);
  const alerts = announcements(outbox, sinks, log, clock);
  const appState = notingAlerts(rowsAppState(rows, routes), alerts);
  const shared = { appState, alerts, clock, log, newId, scope };
  const timers = [
    { ...sweeps, periodMs: config.sweepPeriodMs },
    { ...addressCheck, periodMs: config.addressPeriodMs },
  ];
  return {
    ...shared,
    addresses: {
      ...shared,
      azure: azure.addresses,
      baselines: rowsBaselines(rows, routes),
      declared: ports.declared,
      digests: rowsAddressDigests(rows),
      events: { azure: azure.events, app: config.app },
      watch,
    },
    azure: azure.connections,
    breakers: countingSweeps(breakers(appState, rateLimits, clock), telemetry),
    counters: counters(),
    delivery: { outbox, sinks, appState, clock, log, telemetry },
    digests: rowsDigests(rows),
    ledger: rowsLedger(rows, routes, clock),
    listings: rowsListings(rows),
    listAlerts: rowsAlerts(rows),
    backfill: backfill(rows, appState),
    mode,
    policy,
    recentActivity: {},
    refusals: refusals(shared, ports.refused),
    reviewQueue,
    telemetry,
    timers,
    timerWatch: timerWatch(timers, shared),
    serviceMutex: keyedMutex(),
    eventLimiter: eventLimiter(clock),
    unknownNameLimiter: unknownNameLimiter(clock),
  };
}

/** The number of new requests that sweeps find is the number that no event announced. */
function countingSweeps(counted: Breakers, telemetry: Telemetry): Breakers {
  return {
    ...counted,
    countRequest: (request) => {
      if (request.foundBySweep) telemetry.count("drawbridge.found_by_sweep");
      return counted.countRequest(request);
    },
  };
}
