import { randomUUID } from "node:crypto";
import type { ArchiveServices } from "./lib/archive/archive.ts";
import { arm } from "./lib/azure/arm.ts";
import { armAddresses } from "./lib/azure/arm-addresses.ts";
import { armEvents } from "./lib/azure/arm-events.ts";
import { armClients } from "./lib/azure/arm-clients.ts";
import { armPermissionProbes } from "./lib/azure/arm-permission-probes.ts";
import { callQuota } from "./lib/azure/call-quota.ts";
import { noteRefusals, observeCalls } from "./lib/azure/observe-calls.ts";
import { archiveProbes, policyProbes } from "./lib/azure/blob-probes.ts";
import { archiveBlobs } from "./lib/azure/archive-blobs.ts";
import { emulatorKey, type AccountKey } from "./lib/azure/blob-credential.ts";
import { policyBlobs } from "./lib/azure/policy-blobs.ts";
import { systemClock, type Clock } from "./lib/clock.ts";
import type { Config } from "./lib/config/config.ts";
import type { LoadedAddresses } from "./lib/config/load-addresses.ts";
import type { RightsAzure } from "./lib/doctor/azure-rights.ts";
import type { StorageProbe } from "./lib/doctor/check-storage.ts";
import { noTelemetry } from "./lib/telemetry.ts";
import { openTelemetry } from "./lib/open-telemetry.ts";
import { jsonLog, type Log } from "./lib/log.ts";
import type { LoadedPolicy } from "./lib/policy/loaded-policy.ts";
import { rowsAppState } from "./lib/state/app-state.ts";
import type { SharedQuota } from "./lib/azure-quota.ts";
import { rowsQuota } from "./lib/state/shared-quota.ts";
import { rowsOldRecords } from "./lib/state/records-to-archive.ts";
import type { Rows } from "./lib/state/rows.ts";
import { stateProbes } from "./lib/state/storage-probes.ts";
import { tableClient } from "./lib/state/table-client.ts";
import { tableRows } from "./lib/state/table-rows.ts";
import { reviewQueue } from "./lib/state/review-queue.ts";
import { onAzure, onSimulator, type AzureEnvironment } from "./azure-or-simulator.ts";
import { routesOf, sinksOf } from "./sinks.ts";
import { wire, type Ports, type Wired } from "./wire.ts";

/** The app, as its functions see it. */
export interface Services extends Wired {
  readonly config: Config;
  /** Undefined where everything stays in the table. */
  readonly archive?: ArchiveServices;
  /** Reads that show the rights of the app's identity. */
  readonly rights: RightsAzure;
  /** Tries the rights on the app's storage. */
  readonly storageProbes: readonly StorageProbe[];
  /** What is wrong with the declared addresses; none of them counts then. */
  readonly addressProblems: readonly string[];
}

/** Configuration to object graph. Nothing is contacted, and no SDK or policy is loaded, until a function needs it. */
export async function createServices(config: Config, root: string): Promise<Services> {
  const clock = systemClock;
  const log = jsonLog((line) => process.stdout.write(`${line}\n`), clock);
  const table = tableClient(config.state);
  const rows = tableRows(table);
  const routes = routesOf(config);
  const environment = config.armEndpoint === undefined ? onAzure : onSimulator(config.armEndpoint);
  const telemetry = config.telemetry ? openTelemetry(log) : noTelemetry;
  const { declared, problems: addressProblems } = await addressesOf(config, root);
  for (const problem of config.warnings) log.warn("a setting is probably a mistake", { problem });
  const sinks = sinksOf(config, {
    log,
    clock,
    appState: rowsAppState(rows, routes),
    reach: environment.sinks,
  });
  for (const { name, unavailable } of sinks)
    if (unavailable !== undefined) log.error("a sink is unavailable", { sink: name, problem: unavailable });
  const azure = azureOf(rowsQuota(rows, clock, log), { reach: environment.arm, clock, log, telemetry });
  const ports: Ports = {
    azure: azure.ports,
    rows,
    reviewQueue: reviewQueue(config.state, clock, randomUUID),
    sinks,
    routes,
    policy: policyOf(config, root, clock),
    refused: azure.refused,
    declared,
    clock,
    log,
    newId: randomUUID,
    telemetry,
  };
  return {
    ...wire(ports, config),
    config,
    rights: azure.rights,
    storageProbes: probesOf(config, table),
    addressProblems,
    ...archiveOf(config, rows, clock, log),
  };
}

/**
 * Azure by the real SDKs, within one quota for connections and addresses, which all instances share.
 */
function azureOf(
  quota: SharedQuota,
  {
    reach,
    clock,
    log,
    telemetry,
  }: Pick<Ports, "clock" | "log" | "telemetry"> & { reach: AzureEnvironment["arm"] },
): {
  readonly ports: Ports["azure"];
  readonly rights: RightsAzure;
  readonly refused: Ports["refused"];
} {
  const [observe, noted] = [observeCalls(telemetry, log), noteRefusals()];
  const clients = armClients(reach, {
    quota: callQuota(quota, clock),
    seen: (call) => {
      observe(call);
      noted.seen(call);
    },
  });
  const connections = arm(clients, log, clock);
  return {
    ports: { connections, addresses: armAddresses(clients, connections), events: armEvents(clients) },
    rights: armPermissionProbes(clients),
    refused: noted.drain,
  };
}

/** Probes of the storage that the app uses: its state, and a policy and an archive where they are configured. */
function probesOf(config: Config, table: ReturnType<typeof tableClient>): readonly StorageProbe[] {
  const { archive, policy, state } = config;
  return [
    ...stateProbes(state, table),
    ...(URL.canParse(policy) ? policyProbes(policy, keyOf(policy, config)) : []),
    ...(archive === undefined ? [] : archiveProbes(archive.url, keyOf(archive.url, config))),
  ];
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

async function addressesOf({ addresses }: Config, root: string): Promise<LoadedAddresses> {
  if (addresses === undefined) return { declared: new Map(), problems: [] };
  const { loadAddresses } = await import("./lib/config/load-addresses.ts");
  return loadAddresses(root, addresses);
}

/** What reads a policy, the YAML library included, is loaded by the first function that needs the policy. */
function policyOf(config: Config, root: string, clock: Clock): () => Promise<LoadedPolicy> {
  let reader: Promise<() => Promise<LoadedPolicy>> | undefined;
  return async () => (await (reader ??= policyReader(config, root, clock)))();
}

/** The package's policy files do not change while a process lives, so they are read once; others are watched. */
async function policyReader(
  config: Config,
  root: string,
  clock: Clock,
): Promise<() => Promise<LoadedPolicy>> {
  if (URL.canParse(config.policy)) {
    const { watchPolicy } = await import("./lib/config/watch-policy.ts");
    const store = policyBlobs(config.policy, keyOf(config.policy, config), config.policyParametersFile);
    return watchPolicy(store, config, clock);
  }
  const { loadPolicy } = await import("./lib/config/load-policy.ts");
  const loaded = loadPolicy(root, config);
  return () => Promise.resolve(loaded);
}

function keyOf(url: string, { state }: Config): AccountKey | undefined {
  return emulatorKey(url, state.kind === "connection-string" ? state.connectionString : undefined);
}
