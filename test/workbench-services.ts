import { randomUUID } from "node:crypto";
import { root } from "../local/child-process.ts";
import { appName, subscriptions } from "../simulator/estate/estate.ts";
import type { Simulator } from "../simulator/server.ts";
import { byResource, type DeclaredAddresses } from "../src/lib/addresses/model/declared.ts";
import type { Alert } from "../src/lib/alerts/alert.ts";
import { logSink } from "../src/lib/alerts/sinks/log.ts";
import { armAddresses } from "../src/lib/azure/arm-addresses.ts";
import { armEvents } from "../src/lib/azure/arm-events.ts";
import { armClients } from "../src/lib/azure/arm-clients.ts";
import { arm } from "../src/lib/azure/arm.ts";
import { callQuota } from "../src/lib/azure/call-quota.ts";
import { minuteMs, type Clock } from "../src/lib/clock.ts";
import type {
  AppEndpoints,
  RateLimits,
  Config,
  Mode,
  ScopeConfig,
  WatchConfig,
} from "../src/lib/config/config.ts";
import { loadPolicy } from "../src/lib/config/load-policy.ts";
import { jsonLog, type Log } from "../src/lib/log.ts";
import type { Rows } from "../src/lib/state/rows.ts";
import { ownQuota } from "../src/lib/azure-quota.ts";
import { noTelemetry } from "../src/lib/telemetry.ts";
import { onSimulator } from "../src/azure-or-simulator.ts";
import { wire, type Ports, type Wired } from "../src/wire.ts";
import { alertProblems } from "./alert-problems.ts";
import { queueOf, type QueuedReview } from "./connections/queued-reviews.ts";

export const periodMs = 5 * minuteMs;
export const checkPeriodMs = 15 * minuteMs;

/** The limits of a workbench, unless a test changes them. */
export const rateLimits: RateLimits = { approvalsPerHour: 500, requestsPerHour: 1_000, revocationsPerRun: 5 };

/** What a workbench stands on, and the time there. */
export interface World {
  readonly simulator: Simulator;
  readonly rows: Rows;
  readonly alerts: Alert[];
  readonly queued: QueuedReview[];
  now: Date;
}

/** What a test may change of the app. */
export interface Changes {
  app?: AppEndpoints;
  mode?: Mode;
  policy?: string;
  landingZones?: readonly string[];
  parameters?: Readonly<Record<string, unknown>>;
  rateLimits?: Partial<RateLimits>;
  scope?: Partial<ScopeConfig>;
  watch?: Partial<WatchConfig>;
  declared?: readonly DeclaredAddresses[];
}

const defaultScope: ScopeConfig = {
  subscriptions: [subscriptions.platform],
  resourceGroups: [],
  ids: [],
  managementGroups: [],
  tags: [],
  exclude: [],
};
const defaultLandingZones = [subscriptions.landingZone, subscriptions.newTeam, subscriptions.partner];

/** The app's own wiring, on the simulator. */
export function servicesOn(world: World, changes: Changes): Wired {
  const { simulator, rows, queued } = world;
  const clock = { now: () => world.now };
  const log = alertLog(world, clock);
  const landingZones = changes.landingZones ?? defaultLandingZones;
  const policy = loadPolicy(root, {
    policy: changes.policy ?? "policies/default",
    policyParameters: changes.parameters ?? { landingZones, blockedSubscriptions: [subscriptions.sandbox] },
  } as unknown as Config);
  // The workbench's time stands still while something is done; what is asked of Azure takes real time too.
  const running = { now: () => new Date(world.now.getTime() + performance.now()) };
  const clients = armClients(onSimulator(simulator.url).arm, {
    quota: callQuota(ownQuota(running), running),
  });
  const connections = arm(clients, log, clock);
  const ports: Ports = {
    azure: {
      connections,
      addresses: armAddresses(clients, connections),
      events: armEvents(clients),
    },
    rows,
    reviewQueue: queueOf(queued, clock),
    sinks: [logSink(log)],
    routes: () => ["log"],
    policy: () => Promise.resolve(policy),
    refused: () => [],
    declared: byResource(changes.declared ?? []),
    clock,
    log,
    newId: randomUUID,
    telemetry: noTelemetry,
  };
  return wire(ports, {
    app: changes.app ?? {
      site: appName,
      siteSubscription: subscriptions.platform,
      stateAccount: "stdrawbridge",
    },
    mode: changes.mode ?? "enforce",
    scope: { ...defaultScope, ...changes.scope },
    watch: { ids: [], tags: [], ...changes.watch },
    rateLimits: { ...rateLimits, ...changes.rateLimits },
    sweepPeriodMs: periodMs,
    addressPeriodMs: checkPeriodMs,
  });
}

/** Keeps the alerts that reach the log, each held against its schema. */
function alertLog({ alerts }: World, clock: Clock): Log {
  return jsonLog((line) => {
    const { alert } = JSON.parse(line) as { alert?: Alert };
    if (alert === undefined) return;
    const problems = alertProblems(alert);
    if (problems.length > 0) throw new Error(problems.join("; "));
    alerts.push(alert);
  }, clock);
}
