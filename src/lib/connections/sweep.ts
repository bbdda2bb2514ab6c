import type { ConnectionId } from "../azure/resource-id.ts";
import { isDue } from "../clock.ts";
import type { Service } from "./azure.ts";
import { recordsOf, thoseDue } from "./review-service.ts";
import type { ReviewServices } from "./review.ts";
import { governs, subscriptionsOf } from "./scope.ts";

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

async function readInventory({ azure, scope, log }: SweepServices) {
  const services: Service[] = [];
  const unread: string[] = [];
  for (const subscription of subscriptionsOf(scope)) {
    try {
      const listed = await azure.services(subscription);
      services.push(...listed.filter(({ id }) => governs(scope, id)));
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

async function dueOf(services: SweepServices, service: Service): Promise<ConnectionId[]> {
  if (service.connections.kind === "unknown") return [];
  const records = await recordsOf(services.ledger, service.id);
  return thoseDue(services, service.connections.value, records, false);
}

async function leftUnfinished({ ledger, clock, scope }: SweepServices): Promise<ConnectionId[]> {
  const now = clock.now();
  const due: ConnectionId[] = [];
  for (const { id } of await ledger.unfinished()) {
    if (!governs(scope, id.service)) continue;
    const record = await ledger.find(id);
    if (record === undefined || isDue(record.nextAt, now)) due.push(id);
  }
  return due;
}
