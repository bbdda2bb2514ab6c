import type { Alert } from "../../src/lib/alerts/alert.ts";
import type { Ceilings, Mode } from "../../src/lib/config/config.ts";
import { policyFrom } from "../../src/lib/config/load-policy.ts";
import type { LoadedPolicy } from "../../src/lib/policy/loaded-policy.ts";
import type { Log } from "../../src/lib/log.ts";
import { rowsQuota } from "../../src/lib/state/quota.ts";
import { memoryRows } from "../../src/lib/state/memory-rows.ts";
import type { Rows } from "../../src/lib/state/rows.ts";
import { seeded } from "../../simulator/random.ts";
import { active } from "./actors.ts";
import { startProcess, type App, type SimulatedServices } from "./app.ts";
import { readdress } from "./address-actors.ts";
import { simulatedAddresses } from "./address-azure.ts";
import { simulatedArchive } from "./archiving.ts";
import { asking } from "./asking.ts";
import { usualOperations } from "./azure.ts";
import { calm, periodMs } from "./calm.ts";
import { checkAddressesAtEnd, watchAddresses, watchBaselines } from "./invariants-of-addresses.ts";
import { eventGrid, usualWays, type EventWays } from "./events.ts";
import { byChance, type Faults } from "./faults.ts";
import { checkAtEnd, checkOutboxes } from "./invariants-at-end.ts";
import { watchAttempts } from "./invariants-of-waiting.ts";
import { platform, type Platform } from "./platform.ts";
import { watchedAzure } from "./watched-azure.ts";
import { policiesWith, usualPlacesMax } from "./policies.ts";
import { redeploy } from "./redeploy.ts";
import { distantRows, watchLeases } from "./rows.ts";
import { Simulation } from "./simulation.ts";
import { makeWorld, type World } from "./world.ts";

const minute = 60_000;
const hour = 60 * minute;
const checkPeriodMs = 15 * minute;

export interface Options {
  readonly services: number;
  readonly processes: number;
  /** What requesters and people do. */
  readonly act: (running: Running, chance: () => number) => void;
  /** Which of the app's timers run. */
  readonly timers: readonly ("sweepConnections" | "checkAddresses" | "archiveRecords")[];
  /** How often what is older than so much is moved to the archive. */
  readonly archive: { readonly everyMs: number; readonly ageMs: number };
  /** How often the addresses of services change, or seem to, and people acknowledge what they see. */
  readonly readdressed: number;
  /** How long they do it, and faults happen. */
  readonly forMs: number;
  /** How long Azure takes for an approval, by the dice. */
  readonly operations: readonly number[];
  /** How likely an answer of Azure leaves something out, while there are faults. */
  readonly untidy: number;
  /** How long it goes on after the faults have stopped. */
  readonly calmMs: number;
  /** Whether it may end before that, once nothing is left to be done. */
  readonly untilSettled: boolean;
  readonly ways: EventWays;
  readonly ceilings: Ceilings;
  /** The most approved connections that the policies let a service have. */
  readonly placesMax: number;
  readonly mode: Mode;
  readonly faults: (chance: () => number) => Faults;
  /** Whether policy and mode change meanwhile. */
  readonly redeploys: number;
  readonly inventoryLagMs: number;
  /** How likely a service is never shown by the inventory. */
  readonly hidden: number;
  readonly plant: (services: SimulatedServices, run: Running) => SimulatedServices;
  /** Whether a timer's function does its work; `lateMs` after its time. */
  readonly ticks: (lateMs: number) => boolean;
}

/** Everything of one run, for those who check it. */
export interface Running {
  readonly sim: Simulation;
  readonly world: World;
  /** The table as it is, without the network before it. */
  readonly rows: Rows;
  /** The table as the app has it. */
  readonly distant: Rows;
  /** The blobs of the archive, by their names. */
  readonly archive: Map<string, string>;
  readonly told: Alert[];
  /** What reached the sink that is told by the queue. */
  readonly toldFar: Alert[];
  readonly platform: Platform<App>;
  readonly options: Options;
  /** Which policy and mode are in force, by its number in `policiesWith`. */
  deployed: { policy: number; mode: Mode };
}

export const usual: Options = {
  services: 2,
  processes: 3,
  forMs: 3 * hour,
  act: active({ requests: 10, automatic: 0.1, people: 12 }),
  timers: ["sweepConnections", "checkAddresses", "archiveRecords"],
  archive: { everyMs: 50 * minute, ageMs: 2 * hour },
  readdressed: 8,
  operations: usualOperations,
  untidy: 0.02,
  calmMs: 4 * hour,
  untilSettled: false,
  ways: usualWays,
  ceilings: { approvalsPerHour: 500, requestsPerHour: 1_000 },
  placesMax: usualPlacesMax,
  mode: "enforce",
  faults: (chance) => byChance(chance, 1),
  redeploys: 0,
  inventoryLagMs: 3 * minute,
  hidden: 0,
  plant: (services) => services,
  ticks: () => true,
};

/** Loaded once, for all processes of all runs: what was loaded does not change, and loading takes longer than most of a run. */
const loaded = new Map<string, LoadedPolicy>();

function policyOf(text: string, mode: Mode): LoadedPolicy {
  const key = `${mode} ${text}`;
  const found =
    loaded.get(key) ?? policyFrom([{ file: "policy.json", text }], { policyParameters: {}, mode });
  loaded.set(key, found);
  return found;
}

/** One run from one seed: a time in which anything may happen, then calm, in which everything has to come right. */
export async function run(seed: number, options: Options): Promise<Running> {
  const streams = Array.from({ length: 10 }, (_, index) => seeded(seed * 31 + index * 1_000_003));
  const [
    forFaults,
    forWorld,
    forEvents,
    forPlatform,
    forAzure,
    forLag,
    forDeploys,
    forHidden,
    forAddresses,
    forUntidiness,
  ] = streams as [
    () => number,
    () => number,
    () => number,
    () => number,
    () => number,
    () => number,
    () => number,
    () => number,
    () => number,
    () => number,
  ];
  const sim = new Simulation(seed, options.faults(forFaults));
  const calmAt = sim.time.now() + options.forMs;
  const untidiness = () => (sim.time.now() < calmAt ? options.untidy : 0);
  const world = makeWorld(sim.time, options.services);
  world.lagMs = () => forLag() * options.inventoryLagMs;
  for (const service of world.services.values()) service.hidden = forHidden() < options.hidden;
  const rows = memoryRows();
  const distant = distantRows(
    sim,
    watchAttempts(
      () => running,
      watchBaselines(() => running, watchLeases(sim, rows)),
    ),
  );
  const [told, toldFar]: [Alert[], Alert[]] = [[], []];
  const running = {
    sim,
    world,
    rows,
    distant,
    archive: new Map<string, string>(),
    told,
    toldFar,
    options,
    deployed: { policy: 0, mode: options.mode },
  } as Omit<Running, "platform"> as Running;
  const shared = {
    sim,
    told,
    toldFar,
    rows: distant,
    azure: () => {
      const asked = asking(sim, rowsQuota(distant, { now: () => sim.now() }));
      return {
        connections: watchedAzure(running, asked, { forAzure, forUntidiness, untidiness }),
        addresses: watchAddresses(running, simulatedAddresses(sim, world, asked, forAzure)),
      };
    },
    policy: () => {
      const { policy, mode } = running.deployed;
      return policyOf(JSON.stringify(policiesWith(options.placesMax)[policy]), mode);
    },
    archive: (log: Log) => simulatedArchive(running, log),
    mode: () => running.deployed.mode,
    ceilings: options.ceilings,
    enqueue: (queue: string, message: unknown, delayMs?: number) => {
      on.enqueue(queue, message, delayMs);
    },
    plant: (services: SimulatedServices) => options.plant(services, running),
  };
  const on = platform<App>(
    sim,
    (name, crash) => startProcess(shared, name, crash),
    options.processes,
    forPlatform,
  );
  Object.assign(running, { platform: on });
  on.consume("reviews", (process, message) => process.reviewConnections(message));
  on.consume("reviews-poison", (process, message) => process.reviewsPoisoned(message));
  on.consume("alerts", (process, message) => process.deliverAlerts(message));
  on.consume("alerts-poison", (process, message) => process.alertsPoisoned(message));
  const timers = new Set(options.timers);
  on.every(periodMs, "sweepConnections", async (process, due) => {
    if (!timers.has("sweepConnections") || !options.ticks(sim.time.now() - due)) return;
    const next = new Date(due + periodMs).toISOString();
    const scheduleStatus = { last: "", next, lastUpdated: "" };
    const timer = { schedule: { adjustForDST: true }, scheduleStatus, isPastDue: false };
    for (const message of (await process.sweepConnections(timer)) ?? []) on.enqueue("reviews", message);
  });
  on.every(checkPeriodMs, "checkAddresses", async (process, due) => {
    if (!timers.has("checkAddresses")) return;
    const next = new Date(due + checkPeriodMs).toISOString();
    const scheduleStatus = { last: "", next, lastUpdated: "" };
    await process.checkAddresses({ schedule: { adjustForDST: true }, scheduleStatus, isPastDue: false });
  });
  on.every(options.archive.everyMs, "archiveRecords", async (process) => {
    if (timers.has("archiveRecords")) await process.archiveRecords();
  });
  eventGrid(world, on, forEvents, sim.time, options.ways);
  options.act(running, forWorld);
  readdress(running, forAddresses, options.readdressed);
  redeploy(running, forDeploys);
  await sim.time.runUntil(sim.time.now() + options.forMs);
  sim.faults.calm();
  await calm(running);
  if (timers.has("sweepConnections")) await checkAtEnd(running);
  if (timers.has("checkAddresses")) await checkAddressesAtEnd(running);
  await checkOutboxes(running);
  return running;
}
