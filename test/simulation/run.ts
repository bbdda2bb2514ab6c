import type { Timer } from "@azure/functions";
import type { Alert } from "../../src/lib/alerts/alert.ts";
import { hourMs, minuteMs } from "../../src/lib/clock.ts";
import type { RateLimits, Mode } from "../../src/lib/config/config.ts";
import { ownQuota } from "../../src/lib/azure-quota.ts";
import { rowsAppState } from "../../src/lib/state/app-state.ts";
import { backfill } from "../../src/lib/state/backfill.ts";
import { rowsQuota } from "../../src/lib/state/shared-quota.ts";
import { memoryRows } from "../../src/lib/state/memory-rows.ts";
import type { Rows } from "../../src/lib/state/rows.ts";
import { active } from "./actors.ts";
import { startProcess, type App, type Shared, type SimulatedServices } from "./app.ts";
import { readdress } from "./address-actors.ts";
import { simulatedAddresses } from "./simulated-addresses.ts";
import { simulatedArchive } from "./archiving.ts";
import { armQuota } from "./arm-quota.ts";
import { armCalls } from "./arm-calls.ts";
import { usualOperations } from "./simulated-azure.ts";
import { recover, noteFreed } from "./recovery.ts";
import { checkDeliveries } from "./invariants-of-alerts.ts";
import { checkLeases } from "./invariants-of-leases.ts";
import { checkSecrets } from "./invariants-of-secrets.ts";
import { checkAddressesAtEnd, checkBaselines, watchAddresses } from "./invariants-of-addresses.ts";
import { noteBudget } from "./invariants-of-revocations.ts";
import { checkPersons } from "./invariants-of-persons.ts";
import { decideSometimes, type AskedDecision } from "./operators.ts";
import { eventGrid, usualWays, type EventWays } from "./events.ts";
import { byChance, type Faults } from "./faults.ts";
import { streamsOf, type Streams } from "./streams.ts";
import { checkAtEnd } from "./check-at-end.ts";
import { checkAlertList } from "./invariants-of-lists.ts";
import { checkAttempts } from "./invariants-of-waiting.ts";
import { platform, type Platform } from "./platform.ts";
import { watchedAzure } from "./watched-azure.ts";
import { policyOf } from "./loaded-policies.ts";
import { policiesWith, usualPlacesMax } from "./policies.ts";
import { redeploy } from "./redeploy.ts";
import { distantRows, watchedRows } from "./rows.ts";
import { Simulation } from "./simulation.ts";
import { checkEveryMs, usualSweepMs } from "./timers.ts";
import { makeWorld, type World } from "./world.ts";

export interface Options {
  readonly services: number;
  readonly processes: number;
  /** Schedules what requesters and people do. */
  readonly act: (running: Running, chance: () => number) => void;
  /** Which of the app's timers run. */
  readonly timers: readonly ("sweepConnections" | "checkAddresses" | "archiveRecords")[];
  readonly sweepEveryMs: number;
  /** How often the archive runs, and how old a record it takes is. */
  readonly archive: { readonly everyMs: number; readonly ageMs: number };
  /** How many times the addresses of services change or people acknowledge a drift. */
  readonly readdressed: number;
  /** How many times an operator decides on what is held. */
  readonly decisions: number;
  /** How long activity and faults go on. */
  readonly forMs: number;
  /** How much of that time passes before the first fault. */
  readonly faultlessMs: number;
  /** The durations of an approval on Azure, in milliseconds, drawn by chance. */
  readonly operations: readonly number[];
  /** The probability that an answer of Azure lacks something, while there are faults. */
  readonly untidy: number;
  /** How long the run goes on after the faults have stopped. */
  readonly recoveryMs: number;
  /** Whether the run ends earlier once no work is left. */
  readonly untilSettled: boolean;
  /** Whether the processes share ARM's quota through the table, as the app does, or each has one of its own. */
  readonly quota: "shared" | "own";
  readonly ways: EventWays;
  readonly rateLimits: RateLimits;
  /** The policies' limit of approved connections for a service. */
  readonly placesMax: number;
  readonly mode: Mode;
  readonly faults: (chance: () => number) => Faults;
  /**
   * The policies that are deployed in turn, by their index in `policiesWith`; the first one is there from the start.
   */
  readonly policies: readonly number[];
  /** How many times the policy or mode changes. */
  readonly redeploys: number;
  /** Whether everything that is stored has its indexes when the run starts, so that no sweep looks for more. */
  readonly backfilled: boolean;
  readonly inventoryLagMs: number;
  /** The probability that the inventory never shows a service. */
  readonly hidden: number;
  readonly plant: (services: SimulatedServices, run: Running) => SimulatedServices;
  /** The invariant that ends the run when it breaks: nothing more is wanted of a run that has noticed a planted bug. */
  readonly stopOn?: string;
  /** Whether a timer's function does its work when it starts `lateMs` late. */
  readonly ticks: (lateMs: number) => boolean;
}

/** The parts of one run, for its checks. */
export interface Running {
  readonly sim: Simulation;
  readonly world: World;
  /** The table without the network. */
  readonly rows: Rows;
  /** The table behind the network, as the app sees it. */
  readonly distant: Rows;
  /** The blobs of the archive, by name. */
  readonly archive: Map<string, string>;
  /** The alerts that reached the log. */
  readonly loggedAlerts: Alert[];
  /** The alerts that reached the remote sink. */
  readonly webhookAlerts: Alert[];
  readonly platform: Platform<App>;
  /** What operators asked for, in order. */
  readonly decisionsAsked: AskedDecision[];
  readonly options: Options;
  /** The policy in force, by its index in `policiesWith`, and the mode. */
  deployed: { policy: number; mode: Mode };
}

export const usual: Options = {
  services: 2,
  processes: 3,
  forMs: 3 * hourMs,
  faultlessMs: 0,
  act: active({ requests: 10, automatic: 0.1, people: 12 }),
  timers: ["sweepConnections", "checkAddresses", "archiveRecords"],
  sweepEveryMs: usualSweepMs,
  archive: { everyMs: 50 * minuteMs, ageMs: 2 * hourMs },
  readdressed: 8,
  decisions: 6,
  operations: usualOperations,
  untidy: 0.02,
  recoveryMs: 4 * hourMs,
  untilSettled: false,
  quota: "shared",
  ways: usualWays,
  rateLimits: { approvalsPerHour: 500, requestsPerHour: 1_000, revocationsPerRun: 5 },
  placesMax: usualPlacesMax,
  mode: "enforce",
  faults: (chance) => byChance(chance, 1),
  policies: [0, 1],
  redeploys: 0,
  backfilled: false,
  inventoryLagMs: 3 * minuteMs,
  hidden: 0,
  plant: (services) => services,
  ticks: () => true,
};

/** One run from one seed: a time in which anything may happen, then recovery, in which everything has to come right. */
export async function run(seed: number, options: Options): Promise<Running> {
  const streams = streamsOf(seed);
  const running = makeRunning(
    new Simulation(seed, options.faults(streams.faults), options.stopOn),
    options,
    streams,
  );
  const { sim } = running;
  if (options.backfilled)
    await backfill(
      running.rows,
      rowsAppState(running.rows, () => []),
    )();
  const on = platform<App>(sim, processStarter(running, streams), options.processes, streams.platform);
  Object.assign(running, { platform: on });
  consumeQueues(on);
  startTimers(running);
  eventGrid(running, streams.events);
  options.act(running, streams.actors);
  readdress(running, streams.addresses, options.readdressed);
  decideSometimes(running, streams.operators, options.decisions);
  redeploy(running, streams.redeploys);
  const start = sim.time.now();
  if (options.faultlessMs > 0) {
    sim.faults.disable();
    await sim.time.runUntil(start + options.faultlessMs);
    sim.faults.enable();
  }
  await sim.time.runUntil(start + options.forMs);
  sim.faults.disable();
  await recover(running);
  if (options.timers.includes("sweepConnections")) await checkAtEnd(running);
  if (options.timers.includes("checkAddresses")) await checkAddressesAtEnd(running);
  await checkDeliveries(running);
  await checkSecrets(running);
  await checkAlertList(running);
  return running;
}

/** What every write of the app is checked for. */
const rowChecks = [checkLeases, noteBudget, noteFreed, checkBaselines, checkPersons, checkAttempts];

/** A run whose platform has not started yet. */
function makeRunning(sim: Simulation, options: Options, streams: Streams): Running {
  const world = makeWorld(sim.time, options.services);
  world.lagMs = () => streams.lag() * options.inventoryLagMs;
  for (const service of world.services.values()) service.hidden = streams.hidden() < options.hidden;
  const rows = memoryRows();
  const running = {
    sim,
    world,
    rows,
    distant: distantRows(
      sim,
      watchedRows(() => running, rows, rowChecks),
    ),
    archive: new Map<string, string>(),
    loggedAlerts: [],
    webhookAlerts: [],
    decisionsAsked: [],
    options,
    deployed: { policy: options.policies[0] ?? 0, mode: options.mode },
  } as Omit<Running, "platform"> as Running;
  return running;
}

/** Starts processes of the app on the simulated world. */
function processStarter(running: Running, streams: Streams): (name: string, crash: () => void) => App {
  const { sim, world, distant, loggedAlerts, webhookAlerts, options } = running;
  const faultsEndAt = sim.time.now() + options.forMs;
  const allowed = armQuota();
  const shared: Shared = {
    sim,
    loggedAlerts,
    webhookAlerts,
    rows: distant,
    azure: () => {
      const clock = { now: () => sim.now() };
      const calls = armCalls(
        sim,
        options.quota === "shared" ? rowsQuota(distant, clock) : ownQuota(clock),
        allowed,
      );
      const connections = watchedAzure(running, calls, {
        forAzure: streams.azure,
        forUntidiness: streams.untidiness,
        untidiness: () => (sim.time.now() < faultsEndAt ? options.untidy : 0),
      });
      const addresses = watchAddresses(running, simulatedAddresses(sim, world, calls, streams.azure));
      return { connections, addresses };
    },
    policy: () => {
      const { policy, mode } = running.deployed;
      return policyOf(JSON.stringify(policiesWith(options.placesMax)[policy]), mode);
    },
    archive: (log) => simulatedArchive(running, log),
    mode: () => running.deployed.mode,
    rateLimits: options.rateLimits,
    sweepEveryMs: options.sweepEveryMs,
    enqueue: (queue, message, delayMs) => {
      running.platform.enqueue(queue, message, delayMs);
    },
    plant: (services) => options.plant(services, running),
  };
  return (name, crash) => startProcess(shared, name, crash);
}

function consumeQueues(on: Platform<App>): void {
  on.consume("reviews", (process, message) => process.reviewConnections(message));
  on.consume("reviews-poison", (process, message) => process.reviewsPoisoned(message));
  on.consume("alerts", (process, message) => process.deliverAlerts(message));
  on.consume("alerts-poison", (process, message) => process.alertsPoisoned(message));
}

function startTimers({ sim, options, platform: on }: Running): void {
  const timers = new Set(options.timers);
  const { sweepEveryMs, archive } = options;
  on.every(sweepEveryMs, "sweepConnections", async (process, due) => {
    if (!timers.has("sweepConnections") || !options.ticks(sim.time.now() - due)) return;
    const messages = await process.sweepConnections(timerOf(due + sweepEveryMs));
    for (const message of messages ?? []) on.enqueue("reviews", message);
  });
  on.every(checkEveryMs, "checkAddresses", async (process, due) => {
    if (timers.has("checkAddresses")) await process.checkAddresses(timerOf(due + checkEveryMs));
  });
  on.every(archive.everyMs, "archiveRecords", async (process) => {
    if (timers.has("archiveRecords")) await process.archiveRecords();
  });
}

/** What the platform hands to a timer's function; `next` is when it is due again. */
function timerOf(next: number): Timer {
  const scheduleStatus = { last: "", next: new Date(next).toISOString(), lastUpdated: "" };
  return { schedule: { adjustForDST: true }, scheduleStatus, isPastDue: false };
}
