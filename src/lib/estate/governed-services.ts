import type { ServiceId } from "../azure/resource-id.ts";
import type { ScopeConfig } from "../config/config.ts";
import { limitedInventory, type InventoryPage, type Within } from "./inventory-page.ts";
import { knownRead, unknownRead, type Read } from "./read.ts";
import { governs, isByTraits, subscriptionsOf, type Tags } from "./scope.ts";
import { subscriptionIn, type Subscriptions } from "./subscription.ts";

interface Listed {
  readonly id: ServiceId;
  readonly tags: Read<Tags>;
}

interface InventoryReads<T> {
  inventory(within: Within, from?: string): Promise<Read<InventoryPage<T>>>;
  subscriptions(ids: "all"): Promise<Read<Subscriptions>>;
}

/** A page of the governed services. */
export interface GovernedPage<T> {
  readonly services: readonly T[];
  /** Services of which it is unknown whether they are governed. */
  readonly undecided: readonly ServiceId[];
  /** Rows that could not be read. */
  readonly unreadable: number;
  /** Services of all pages so far, governed or not. */
  readonly read: number;
  readonly isLast: boolean;
}

/** Thrown if a part of the inventory cannot be read, because a part of the list must not pass for all of it. */
export class InventoryUnread extends Error {
  override readonly name = "InventoryUnread";
}

/**
 * The governed services page by page, for a caller without a state of its own.
 * @throws {InventoryUnread}
 */
export async function* governedServices<T extends Listed>(
  azure: InventoryReads<T>,
  scope: ScopeConfig,
): AsyncGenerator<GovernedPage<T>> {
  const subscriptions = await readSubscriptions(azure, scope);
  const within: Within = isByTraits(scope) ? "all" : subscriptionsOf(scope);
  let read = 0;
  let from: string | undefined;
  do {
    const { items, unreadable, next, isLimited } = valueOrThrow(
      await azure.inventory(within, from),
      "the services",
    );
    if (isLimited === true)
      throw new InventoryUnread(`the services cannot all be listed: ${limitedInventory}`);
    const governed = Map.groupBy(items, (item) => governedBy(scope, subscriptions, item));
    read += items.length;
    from = next;
    yield {
      services: governed.get("yes") ?? [],
      undecided: (governed.get("unknown") ?? []).map(({ id }) => id),
      unreadable,
      read,
      isLast: next === undefined,
    };
  } while (from !== undefined);
}

/** Resource Graph leaves out the tags of a service without tags. */
function governedBy(scope: ScopeConfig, subscriptions: Read<Subscriptions>, { id, tags }: Listed) {
  const isNotInAnswer = tags.kind === "unknown" && tags.reason === "not-in-answer";
  const subscription = subscriptionIn(subscriptions, id.subscriptionId);
  return governs(scope, id, { tags: isNotInAnswer ? knownRead({}) : tags, subscription });
}

/** Read only where the scope has management groups: nothing else needs what is above a subscription. */
async function readSubscriptions<T>(
  azure: InventoryReads<T>,
  { managementGroups }: ScopeConfig,
): Promise<Read<Subscriptions>> {
  if (managementGroups.length === 0) return unknownRead("not-attempted");
  return knownRead(valueOrThrow(await azure.subscriptions("all"), "the subscriptions"));
}

/** @throws {InventoryUnread} */
function valueOrThrow<T>(read: Read<T>, what: string): T {
  if (read.kind === "known") return read.value;
  throw new InventoryUnread(`${what} cannot be read from Resource Graph (${read.reason})`);
}
