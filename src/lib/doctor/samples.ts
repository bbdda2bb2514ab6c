import type { ConnectionId, EndpointId, ServiceId } from "../azure/resource-id.ts";
import { parseEndpointId, parseServiceId } from "../azure/resource-id.ts";
import type { Azure } from "../connections/azure-connections.ts";
import type { ConnectionRecord } from "../connections/record/connection-record.ts";
import type { ScopeConfig } from "../config/config.ts";
import type { Within } from "../estate/inventory-page.ts";
import { unknownRead, valueOf, type Read } from "../estate/read.ts";
import { governs, isByTraits, subscriptionsOf } from "../estate/scope.ts";
import { subscriptionIn, type Subscriptions } from "../estate/subscription.ts";
import type { TimeLimit } from "./time-limit.ts";

/** What may be read in one governed subscription to find out the app's rights. */
export interface Samples {
  services: ServiceId[];
  /** Whether Resource Graph showed a service of it. */
  isInInventory: boolean;
  readonly connections: ConnectionRecord[];
}

export interface Sampled {
  readonly bySubscription: ReadonlyMap<string, Samples>;
  readonly subscriptions: Read<Subscriptions>;
  /** The reason for which the inventory could not be read, if it could not. */
  readonly inventory: Read<unknown>;
  /** Unknown where the table does not answer: what only the records show is not testable then. */
  readonly records: Read<unknown>;
}

export interface SampleServices {
  readonly azure: Pick<Azure, "inventory" | "subscriptions">;
  /** The first records of connections; unknown where the table does not answer. */
  readonly records: (max: number) => Promise<Read<readonly ConnectionRecord[]>>;
  readonly scope: ScopeConfig;
}

/** Pages of the inventory, of a thousand services each. */
const pagesMax = 10;
/** Records of connections, which show endpoints, and what came of the last writes. */
const recordsMax = 1_000;

/**
 * Finds governed subscriptions, with resources to read in each: by the scope, by Resource Graph, and by the app's
 * records.
 */
export async function findSamples(services: SampleServices, limit: TimeLimit): Promise<Sampled> {
  const { azure, scope } = services;
  const bySubscription = new Map<string, Samples>();
  const samplesOf = (subscription: string): Samples => {
    const found = bySubscription.get(subscription) ?? { services: [], isInInventory: false, connections: [] };
    bySubscription.set(subscription, found);
    return found;
  };
  for (const id of subscriptionsOf(scope)) samplesOf(id);
  for (const text of scope.ids) {
    const id = parseServiceId(text);
    if (id !== undefined && !scope.exclude.includes(id.subscriptionId))
      samplesOf(id.subscriptionId).services.push(id);
  }
  const subscriptions = await limit.read(() => azure.subscriptions("all", "fresh"));
  const inventory = await readInventory(services, limit, (id, tags) => {
    const subscription = subscriptionIn(subscriptions, id.subscriptionId);
    if (governs(scope, id, { tags, subscription }) !== "yes") return;
    const samples = samplesOf(id.subscriptionId);
    samples.services.push(id);
    samples.isInInventory = true;
  });
  const records = await limit.read(() => services.records(recordsMax));
  for (const record of valueOf(records) ?? []) {
    const { service } = record.id;
    const samples = bySubscription.get(service.subscriptionId);
    if (samples === undefined) continue;
    samples.connections.push(record);
    samples.services.push(service);
  }
  return { bySubscription, subscriptions, inventory, records };
}

async function readInventory(
  { azure, scope }: Pick<SampleServices, "azure" | "scope">,
  limit: TimeLimit,
  take: (id: ServiceId, tags: Parameters<typeof governs>[2]["tags"]) => void,
): Promise<Read<unknown>> {
  const within: Within = isByTraits(scope) ? "all" : subscriptionsOf(scope);
  let from: string | undefined;
  for (let pages = 0; pages < pagesMax; pages++) {
    const at = from;
    const page = await limit.read(() => azure.inventory(within, at));
    if (page.kind === "unknown") return page;
    for (const { id, tags } of page.value.items) take(id, tags);
    from = page.value.next;
    if (page.value.isLimited === true) return unknownRead("incomplete-list");
    if (from === undefined) return page;
  }
  return unknownRead("incomplete-list");
}

/** A connection to read, with its endpoint where it is known. */
export function connectionIn(samples: Samples): ConnectionId | undefined {
  return samples.connections.find(({ phase }) => phase !== "Gone")?.id;
}

/** Endpoints of the connections, at most one of each subscription, and no more than `max`. */
export function endpointsIn(texts: readonly (string | undefined)[], max: number): readonly EndpointId[] {
  const found = new Map<string, EndpointId>();
  for (const text of texts) {
    const id = text === undefined ? undefined : parseEndpointId(text);
    if (id !== undefined && !found.has(id.subscriptionId)) found.set(id.subscriptionId, id);
  }
  return [...found.values()].slice(0, max);
}
