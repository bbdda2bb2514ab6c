import { randomUUID } from "node:crypto";
import type { AddressServices } from "./lib/addresses/services.ts";
import type { Checked } from "./lib/addresses/check/check.ts";
import type { ArchiveServices } from "./lib/archive/archive.ts";
import type { AppState } from "./lib/app-state.ts";
import { announcements } from "./lib/alerts/announce.ts";
import type { DeliveryServices } from "./lib/alerts/deliver.ts";
import { routesTo, type Wanted } from "./lib/alerts/routes.ts";
import type { Routes, Sink } from "./lib/alerts/sink.ts";
import { eventGridSink } from "./lib/alerts/sinks/event-grid.ts";
import { logSink } from "./lib/alerts/sinks/log.ts";
import type { Reach } from "./lib/alerts/sinks/reach.ts";
import { summarySink } from "./lib/alerts/sinks/summary.ts";
import { teamsSink } from "./lib/alerts/sinks/teams.ts";
import { webhookSink } from "./lib/alerts/sinks/webhook.ts";
import { arm } from "./lib/azure/arm.ts";
import { armAddresses } from "./lib/azure/arm-addresses.ts";
import { armClients } from "./lib/azure/arm-clients.ts";
import { budget } from "./lib/azure/budget.ts";
import { archiveBlobs } from "./lib/azure/archive-blobs.ts";
import type { AccountKey } from "./lib/azure/blob-credential.ts";
import { policyBlobs } from "./lib/azure/policy-blobs.ts";
import { systemClock, type Clock } from "./lib/clock.ts";
import type { Config } from "./lib/config/config.ts";
import { loadAddresses } from "./lib/config/load-addresses.ts";
import { loadPolicy } from "./lib/config/load-policy.ts";
import { watchPolicy } from "./lib/config/watch-policy.ts";
import { noTelemetry, type Telemetry } from "./lib/telemetry.ts";
import { openTelemetry } from "./lib/open-telemetry.ts";
import { breakers, type Breakers } from "./lib/connections/breakers/breakers.ts";
import type { ReviewServices } from "./lib/connections/review/review-services.ts";
import type { Swept } from "./lib/connections/sweep/sweep.ts";
import { checks } from "./lib/addresses/check/checking.ts";
import { sweeps } from "./lib/connections/sweep/sweeping.ts";
import { counters, type Counters } from "./lib/counters.ts";
import { jsonLog, type Log } from "./lib/log.ts";
import { keyedMutex } from "./lib/keyed-mutex.ts";
import { timerWatch, type Timed, type TimerWatch } from "./lib/estate/overdue.ts";
import type { LoadedPolicy } from "./lib/policy/loaded-policy.ts";
import { rowsLedger } from "./lib/state/ledger.ts";
import { rowsOutbox } from "./lib/state/outbox.ts";
import { rowsAddressDigests } from "./lib/state/address-digests.ts";
import { rowsAppState } from "./lib/state/app-state.ts";
import { rowsBaselines } from "./lib/state/baselines.ts";
import { rowsDigests } from "./lib/state/digests.ts";
import { rowsOldRecords } from "./lib/state/old-records.ts";
import type { Rows } from "./lib/state/rows.ts";
import { tableClient } from "./lib/state/table-client.ts";
import { tableRows } from "./lib/state/table-rows.ts";
import { reviewQueue } from "./lib/state/review-queue.ts";
import { onAzure, onSimulator } from "./surroundings.ts";

/** What happened last in this process, for whoever looks at its health. */
export interface RecentActivity {
  event?: string;
  sweep?: { readonly at: string } & Pick<Swept, "services" | "unread"> & { readonly due: number };
  check?: { readonly at: string } & Checked;
}

/** The object graph: what the functions may touch. */
export interface Services extends ReviewServices {
  readonly config: Config;
  readonly counters: Counters;
  readonly recentActivity: RecentActivity;
  readonly appState: AppState;
  readonly delivery: DeliveryServices;
  readonly telemetry: Telemetry;
  readonly addresses: AddressServices;
  /** What has to come to its end again and again. */
  readonly timers: readonly Timed[];
  /** Tells where one of them does not. */
  readonly timerWatch: TimerWatch;
  /** Undefined where everything is kept in the table. */
  readonly archive?: ArchiveServices;
  /** What is wrong with the declared addresses; none of them counts then. */
  readonly addressProblems: readonly string[];
}

/** Configuration to object graph. Nothing is contacted and no SDK is loaded until a function needs it. */
export function createServices(config: Config, root: string): Services {
  const clock = systemClock;
  const log = jsonLog((line) => process.stdout.write(`${line}\n`), clock);
  const rows = tableRows(tableClient(config.state));
  const routes = routesOf(config);
  const appState = rowsAppState(rows, routes);
  const surroundings = config.armEndpoint === undefined ? onAzure : onSimulator(config.armEndpoint);
  const sinks = [logSink(log), summarySink(appState, clock), ...sinksOf(config, clock, surroundings.sinks)];
  const telemetry = config.telemetry ? openTelemetry(log) : noTelemetry;
  const clients = armClients(surroundings.arm, {
    budget: budget(clock, config.instances),
    seen: (kind, status) => {
      telemetry.count("drawbridge.arm.calls", { kind, status: `${Math.floor(status / 100)}xx` });
      if (status === 429) telemetry.count("drawbridge.arm.throttled", { kind });
    },
  });
  const azure = arm(clients, log, clock);
  const outbox = rowsOutbox(rows);
  const { declared, problems: addressProblems } = loadAddresses(root, config);
  const { scope, watch } = config;
  const shared = {
    appState,
    clock,
    log,
    newId: randomUUID,
    alerts: announcements(outbox, sinks, log, clock),
  };
  const timers = [
    { ...sweeps, periodMs: config.sweepPeriodMs },
    { ...checks, periodMs: config.addressPeriodMs },
  ];
  for (const problem of config.warnings) log.warn("a setting may not be what is meant", { problem });
  return {
    ...shared,
    timers,
    timerWatch: timerWatch(timers, shared),
    delivery: { outbox, sinks, appState, clock, log, telemetry },
    telemetry,
    config,
    scope,
    azure,
    addresses: {
      ...shared,
      azure: armAddresses(clients, azure),
      baselines: rowsBaselines(rows, routes),
      digests: rowsAddressDigests(rows),
      declared,
      scope,
      watch,
    },
    addressProblems,
    ...archiveOf(config, rows, clock, log),
    counters: counters(),
    recentActivity: {},
    mode: config.mode,
    policy: policyOf(config, root, clock),
    ledger: rowsLedger(rows, routes, clock),
    digests: rowsDigests(rows),
    breakers: countingSweeps(breakers(appState, config.ceilings, clock), telemetry),
    reviewQueue: reviewQueue(config.state, clock, randomUUID),
    turns: keyedMutex(),
  };
}

/** How many new requests sweeps find is how many no event told of. */
function countingSweeps(counted: Breakers, telemetry: Telemetry): Breakers {
  return {
    ...counted,
    requested: (by) => {
      if (by === "sweep") telemetry.count("drawbridge.found_by_sweep");
      return counted.requested(by);
    },
  };
}

/** The sinks beside those of this process. */
function sinksOf(
  { alerts: { eventgrid, teams, webhook } }: Config,
  clock: Clock,
  reach: Reach,
): readonly Sink[] {
  return [
    ...(eventgrid === undefined ? [] : [eventGridSink(eventgrid, reach)]),
    ...(teams === undefined ? [] : [teamsSink(teams, reach)]),
    ...(webhook === undefined ? [] : [webhookSink(webhook, clock, reach)]),
  ];
}

function routesOf({ alerts }: Config): Routes {
  return routesTo(
    Object.entries(alerts).map(([name, { wanted }]: [string, { readonly wanted?: Wanted }]) =>
      wanted === undefined ? { name } : { name, wanted },
    ),
  );
}

function archiveOf(
  config: Config,
  rows: Rows,
  clock: Clock,
  log: Log,
): { readonly archive?: ArchiveServices } {
  if (config.archive === undefined) return {};
  const { url, keepDays } = config.archive;
  const archive = archiveBlobs(url, keyOf(url, config));
  return { archive: { old: rowsOldRecords(rows, clock), archive, keepDays, clock, log } };
}

/** The package's policy files do not change while a process lives, so they are read once; others are watched. */
function policyOf(config: Config, root: string, clock: Clock): () => Promise<LoadedPolicy> {
  if (URL.canParse(config.policy))
    return watchPolicy(
      policyBlobs(config.policy, keyOf(config.policy, config), config.policyParametersFile),
      config,
      clock,
    );
  let loaded: LoadedPolicy | undefined;
  return () => Promise.resolve((loaded ??= loadPolicy(root, config)));
}

/** Over http there is no identity: the blob lies in the storage emulator, whose key the state's connection has. */
function keyOf(url: string, { state }: Config): AccountKey | undefined {
  if (new URL(url).protocol === "https:" || state.kind !== "connection-string") return undefined;
  const part = (name: string) =>
    new RegExp(`(?:^|;)${name}=([^;]+)`, "i").exec(state.connectionString)?.[1] ?? "";
  return { name: part("AccountName"), key: part("AccountKey") };
}
