import { armGraph, type ArmGraph } from "../lib/azure/arm-graph.ts";
import { armPipeline, graphClient } from "../lib/azure/arm-pipeline.ts";
import { budget } from "../lib/azure/budget.ts";
import type { ScopeConfig } from "../lib/config/config.ts";
import type { SystemTopic } from "../lib/estate/event-paths.ts";
import type { Within } from "../lib/estate/inventory-page.ts";
import { unknownRead, type Read } from "../lib/estate/read.ts";
import { governs, isByTraits, subscriptionsOf } from "../lib/estate/scope.ts";
import { subscriptionIn, type Subscriptions } from "../lib/estate/subscription.ts";
import { ownQuota } from "../lib/quota.ts";
import { onAzure, onSimulator } from "../azure-or-simulator.ts";
import type { Terminal } from "./command.ts";
import { CannotRun } from "./exit-codes.ts";

/** A governed subscription, with its system topic where it has one. */
export interface EventPath {
  readonly subscriptionId: string;
  /** Governed services in it. */
  readonly services: number;
  readonly topic?: SystemTopic;
}

/**
 * The governed subscriptions in order of their ids, as the signed-in account sees them in Resource Graph.
 * @throws {CannotRun} where Resource Graph cannot be read: a part of the list must not pass for all of it
 */
export async function readEventPaths(
  scope: ScopeConfig,
  endpoint: string | undefined,
  { clock, err }: Pick<Terminal, "clock" | "err">,
): Promise<readonly EventPath[]> {
  const { arm } = endpoint === undefined ? onAzure : onSimulator(endpoint);
  const pipeline = await armPipeline(arm, { budget: budget(ownQuota(clock), clock) });
  const client = graphClient(pipeline);
  const graph = armGraph(() => client);
  const services = await countServices(scope, graph, { clock, err });
  const ids = [...services.keys()].toSorted();
  const topics = valueOrThrow(await graph.systemTopics(ids), "the system topics");
  const byId = new Map(topics.map((topic) => [topic.subscriptionId, topic]));
  return ids.map((subscriptionId) => {
    const topic = byId.get(subscriptionId);
    return {
      subscriptionId,
      services: services.get(subscriptionId) ?? 0,
      ...(topic === undefined ? {} : { topic }),
    };
  });
}

/** Number of governed services by subscription. */
async function countServices(
  scope: ScopeConfig,
  graph: ArmGraph,
  { clock, err }: Pick<Terminal, "clock" | "err">,
): Promise<ReadonlyMap<string, number>> {
  const within: Within = isByTraits(scope) ? "all" : subscriptionsOf(scope);
  const subscriptions = await readSubscriptions(scope, graph, clock);
  const counts = new Map<string, number>();
  const unplaced = new Set<string>();
  let read = 0;
  let from: string | undefined;
  do {
    const page = valueOrThrow(await graph.inventory(within, from), "the services");
    if (page.unreadable > 0) err(`${page.unreadable} services cannot be read and are left out\n`);
    for (const { id, tags } of page.items) {
      const subscription = subscriptionIn(subscriptions, id.subscriptionId);
      if (governs(scope, id, { tags, subscription }) === "yes")
        counts.set(id.subscriptionId, (counts.get(id.subscriptionId) ?? 0) + 1);
      else if (scope.managementGroups.length > 0 && subscription.kind === "unknown")
        unplaced.add(id.subscriptionId);
    }
    read += page.items.length;
    from = page.next;
    if (from !== undefined) err(`${read} services read ...\n`);
  } while (from !== undefined);
  for (const id of unplaced) err(`${id} is left out: the management groups above it cannot be read\n`);
  return counts;
}

/** Read only where the scope has management groups: nothing else needs what is above a subscription. */
async function readSubscriptions(
  { managementGroups }: ScopeConfig,
  graph: ArmGraph,
  clock: Terminal["clock"],
): Promise<Read<Subscriptions>> {
  if (managementGroups.length === 0) return unknownRead("not-attempted");
  const read = await graph.subscriptions("all");
  return { kind: "known", value: { at: clock.now(), byId: valueOrThrow(read, "the subscriptions") } };
}

function valueOrThrow<T>(read: Read<T>, what: string): T {
  if (read.kind === "known") return read.value;
  throw new CannotRun(
    `${what} cannot be read from Resource Graph (${read.reason}); is an account signed in (az login), and may it read them?`,
  );
}
