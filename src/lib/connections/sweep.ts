import type { ConnectionId } from "../azure/resource-id.ts";
import { isDue } from "../clock.ts";
import type { Read, Service, Subscriptions } from "./azure.ts";
import { recordsOf, thoseDue } from "./review-service.ts";
import type { ReviewServices } from "./review.ts";
import { candidatesIn, governs, governsById, subscriptionIn, subscriptionsOf } from "./scope.ts";

export type SweepServices = Pick<
  ReviewServices,
  "azure" | "ledger" | "policy" | "mode" | "scope" | "clock" | "log"
>;

export interface Swept {
  /** Every connection that needs a review. */
  readonly due: readonly ConnectionId[];
  readonly services: number;
  /** What could not be read; the next sweep tries again. */
  readonly unread: readonly string[];
}

/**
 * Finds everything that still needs a review: whatever events missed, and whatever an earlier attempt left
 * unfinished. Decides nothing itself.
 */
export async function sweep(services: SweepServices): Promise<Swept> {
  if (services.mode === "off") return { due: [], services: 0, unread: [] };
  const inventory = await readInventory(services);
  const due = new Map<string, ConnectionId>();
  for (const service of inventory.services) {
    for (const id of await dueOf(services, service)) due.set(id.text, id);
  }
  for (const id of await leftUnfinished(services)) due.set(id.text, id);
  const withoutConnections = inventory.services.filter(({ connections }) => connections.kind === "unknown");
  const unread = [...inventory.unread, ...withoutConnections.map(({ id }) => id.text)];
  return { due: [...due.values()], services: inventory.services.length, unread };
}

async function readInventory(sweeping: SweepServices) {
  const { azure, scope, log } = sweeping;
  const services: Service[] = [];
  const unread: string[] = [];
  const subscriptions = await visible(sweeping);
  const candidates = subscriptions.kind === "known" ? candidatesIn(scope, subscriptions.value) : [];
  if (subscriptions.kind === "unknown" && isByTraits(scope)) unread.push("the subscriptions");
  for (const subscription of new Set([...subscriptionsOf(scope), ...candidates])) {
    try {
      const listed = await azure.services(subscription);
      const traits = subscriptionIn(subscriptions, subscription);
      services.push(
        ...listed.filter(
          ({ id, tags }) =>
            governs(scope, id, { tags: { kind: "known", value: tags }, subscription: traits }) === "yes",
        ),
      );
    } catch (error) {
      // One subscription that cannot be listed must not keep the others from being swept; it is told as unread.
      unread.push(subscription);
      log.error("a subscription could not be swept", {
        subscription,
        error: error instanceof Error ? error.name : "",
      });
    }
  }
  return { services, unread };
}

function isByTraits({ tags, managementGroups }: SweepServices["scope"]): boolean {
  return tags.length + managementGroups.length > 0;
}

/** Every subscription that the app may read, asked for only where the scope does not name them itself. */
function visible({ azure, scope }: SweepServices): Promise<Read<Subscriptions>> {
  return isByTraits(scope)
    ? azure.subscriptions("all")
    : Promise.resolve({ kind: "known", value: new Map() });
}

async function dueOf(services: SweepServices, service: Service): Promise<ConnectionId[]> {
  if (service.connections.kind === "unknown") return [];
  const records = await recordsOf(services.ledger, service.id);
  return thoseDue(services, service.connections.value, records, false);
}

async function leftUnfinished({ ledger, clock, scope }: SweepServices): Promise<ConnectionId[]> {
  const now = clock.now();
  const due: ConnectionId[] = [];
  for (const { id } of await ledger.unfinished()) {
    if (governsById(scope, id.service) === "no") continue;
    const record = await ledger.find(id);
    if (record === undefined || isDue(record.nextAt, now)) due.push(id);
  }
  return due;
}
