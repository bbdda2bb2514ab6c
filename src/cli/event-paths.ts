import { isWatched } from "../lib/addresses/watch/watch.ts";
import { armClients } from "../lib/azure/arm-clients.ts";
import { armEvents } from "../lib/azure/arm-events.ts";
import { armGraph, type ArmGraph } from "../lib/azure/arm-graph.ts";
import { armPipeline, graphClient } from "../lib/azure/arm-pipeline.ts";
import { callQuota } from "../lib/azure/call-quota.ts";
import type { AppEndpoints, ScopeConfig, WatchConfig } from "../lib/config/config.ts";
import type { EventPath, Needed } from "../lib/estate/events/event-path.ts";
import { findEventPaths, invisibleIn, type SystemTopic } from "../lib/estate/events/event-paths.ts";
import { limitedInventory, type InventoryPage, type Within } from "../lib/estate/inventory-page.ts";
import type { Read } from "../lib/estate/read.ts";
import { governs, isByTraits, subscriptionsOf } from "../lib/estate/scope.ts";
import { subscriptionIn, type Subscriptions } from "../lib/estate/subscription.ts";
import { ownQuota } from "../lib/azure-quota.ts";
import { onAzure, onSimulator } from "../azure-or-simulator.ts";
import type { Terminal } from "./command.ts";
import { CannotRun } from "./exit-codes.ts";

/** A subscription with governed services or watched public IP addresses, with its system topic where it has one. */
export interface SubscriptionEvents {
  readonly subscriptionId: string;
  /** Governed services in it. */
  readonly services: number;
  readonly topic?: SystemTopic;
  /** Whether its events reach the app; undefined if no app was named. */
  readonly events?: EventPath;
}

export interface EventScope {
  readonly scope: ScopeConfig;
  readonly watch: WatchConfig;
  /** Undefined if no app was named. */
  readonly app: AppEndpoints | undefined;
  /** Loopback origin of a simulator; undefined on Azure. */
  readonly endpoint: string | undefined;
}

export interface FoundPaths {
  /** In order of the subscriptions' ids. */
  readonly paths: readonly SubscriptionEvents[];
  /** Subscriptions that the scope names and Resource Graph does not show. */
  readonly invisible: readonly string[];
  /** Subscriptions that the scope names and that have neither a governed service nor a watched address. */
  readonly empty: readonly string[];
}

type Ends = Pick<Terminal, "clock" | "err">;

/**
 * The event paths as the signed-in account sees them.
 * @throws {CannotRun} where Resource Graph cannot be read: a part of the list must not pass for all of it
 */
export async function readSubscriptionEvents(
  { scope, watch, app, endpoint }: EventScope,
  ends: Ends,
): Promise<FoundPaths> {
  const { clock, err } = ends;
  const { arm } = endpoint === undefined ? onAzure : onSimulator(endpoint);
  const limits = { quota: callQuota(ownQuota(clock), clock) };
  const client = await graphClient(await armPipeline(arm, limits));
  const graph = armGraph(() => Promise.resolve(client));
  const subscriptions = await readSubscriptions(scope, graph, clock);
  const services = await countServices({ scope, graph, subscriptions }, ends);
  const watched = await watchedSubscriptions(watch, graph, err);
  const needed = new Map<string, Needed>([
    ...watched.map((id): [string, Needed] => [id, "publicIps"]),
    ...[...services.keys()].map((id): [string, Needed] => [id, "services"]),
  ]);
  const ids = [...needed.keys()].toSorted();
  const topics = valueOrThrow(await graph.systemTopics(ids), "the system topics");
  const byId = new Map(topics.map((topic) => [topic.subscriptionId, topic]));
  const events = armEvents({ ...armClients(arm, limits), graph: () => Promise.resolve(client) });
  const found =
    app === undefined
      ? undefined
      : await findEventPaths(
          {
            azure: { ...events, systemTopics: () => Promise.resolve({ kind: "known", value: topics }) },
            app,
            clock,
          },
          needed,
        );
  const invisible = invisibleIn(scope, subscriptions).filter((id) => !services.has(id));
  return {
    paths: ids.map((subscriptionId) => {
      const topic = byId.get(subscriptionId);
      const path = found?.get(subscriptionId);
      return {
        subscriptionId,
        services: services.get(subscriptionId) ?? 0,
        ...(topic === undefined ? {} : { topic }),
        ...(path === undefined ? {} : { events: path }),
      };
    }),
    invisible,
    empty: subscriptionsOf(scope)
      .filter((id) => !needed.has(id) && !invisible.includes(id))
      .toSorted(),
  };
}

interface Counted {
  readonly scope: ScopeConfig;
  readonly graph: ArmGraph;
  readonly subscriptions: Read<Subscriptions>;
}

/** Number of governed services by subscription. */
async function countServices(
  { scope, graph, subscriptions }: Counted,
  { err }: Ends,
): Promise<ReadonlyMap<string, number>> {
  const within: Within = isByTraits(scope) ? "all" : subscriptionsOf(scope);
  const counts = new Map<string, number>();
  const unplaced = new Set<string>();
  let read = 0;
  await eachPage(
    "the services",
    (from) => graph.inventory(within, from),
    ({ items, unreadable, next }) => {
      if (unreadable > 0) err(`${unreadable} services cannot be read and are left out\n`);
      for (const { id, tags } of items) {
        const subscription = subscriptionIn(subscriptions, id.subscriptionId);
        if (governs(scope, id, { tags, subscription }) === "yes")
          counts.set(id.subscriptionId, (counts.get(id.subscriptionId) ?? 0) + 1);
        else if (scope.managementGroups.length > 0 && subscription.kind === "unknown")
          unplaced.add(id.subscriptionId);
      }
      read += items.length;
      if (next !== undefined) err(`${read} services read ...\n`);
    },
  );
  for (const id of unplaced) err(`${id} is left out: the management groups above it cannot be read\n`);
  return counts;
}

/** Subscriptions of public IP addresses that are watched beside the services. */
async function watchedSubscriptions(
  watch: WatchConfig,
  graph: ArmGraph,
  err: Terminal["err"],
): Promise<readonly string[]> {
  const found = new Set(watch.ids.map(({ subscriptionId }) => subscriptionId));
  if (watch.tags.length === 0) return [...found];
  await eachPage(
    "the public IP addresses",
    (from) => graph.publicIps("all", from),
    ({ items, unreadable }) => {
      if (unreadable > 0) err(`${unreadable} public IP addresses cannot be read and are left out\n`);
      for (const { id, tags = {} } of items)
        if (isWatched(watch, id, tags) === "yes") found.add(id.subscriptionId);
    },
  );
  return [...found];
}

async function eachPage<T>(
  what: string,
  read: (from: string | undefined) => Promise<Read<InventoryPage<T>>>,
  take: (page: InventoryPage<T>) => void,
): Promise<void> {
  let from: string | undefined;
  do {
    const page = valueOrThrow(await read(from), what);
    if (page.isLimited === true) throw new CannotRun(`${what} cannot all be listed: ${limitedInventory}`);
    take(page);
    from = page.next;
  } while (from !== undefined);
}

/** All of them where the scope has management groups, otherwise those that it names. */
async function readSubscriptions(
  scope: ScopeConfig,
  graph: ArmGraph,
  clock: Terminal["clock"],
): Promise<Read<Subscriptions>> {
  const named = subscriptionsOf(scope);
  const read = await graph.subscriptions(scope.managementGroups.length > 0 ? "all" : named);
  return { kind: "known", value: { at: clock.now(), ...valueOrThrow(read, "the subscriptions") } };
}

function valueOrThrow<T>(read: Read<T>, what: string): T {
  if (read.kind === "known") return read.value;
  throw new CannotRun(
    `${what} cannot be read from Resource Graph (${read.reason}); is an account signed in (az login), and may it read them? For the simulator set DRAWBRIDGE_ARM_ENDPOINT`,
  );
}
