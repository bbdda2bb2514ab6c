import type { Clock } from "../clock.ts";
import type { World } from "../estate/world.ts";
import { deliver } from "./delivery.ts";
import { handshake } from "./handshake.ts";
import { eventData, eventIn } from "./resource-event.ts";
import type { EventSubscription } from "./subscription.ts";

/** Publishes the event of a successful write, delete or action through ARM, with the id of its resource. */
export type Emit = (operationName: string, resourceUri: string) => void;

export interface EventGrid {
  readonly emit: Emit;
  /** Subscribes a webhook, with the handshake of its schema. Rejects if the webhook does not complete the handshake. */
  subscribe(subscription: EventSubscription): Promise<void>;
  /** Loses the next `count` events that have a subscriber. */
  lose(count: number): void;
  /** Resolves when no delivery is in progress. */
  idle(): Promise<void>;
  stop(): void;
}

/** Event Grid system topics of Azure subscriptions: at-least-once delivery, no ordering, no signature. */
export function eventGrid(world: World, clock: Clock): EventGrid {
  const subscriptions: EventSubscription[] = [];
  const stopped = new AbortController();
  const inProgress = new Set<Promise<void>>();
  let toLose = 0;

  function emit(operationName: string, resourceUri: string): void {
    const source = resourceUri.split("/")[2]?.toLowerCase() ?? "";
    const subscribers = subscriptions.filter(
      (each) => each.source.toLowerCase() === source && (each.operations?.test(operationName) ?? true),
    );
    if (subscribers.length === 0) return;
    if (toLose > 0) {
      toLose--;
      return;
    }
    const data = eventData(world, operationName, resourceUri);
    for (const subscription of subscribers) {
      const event = eventIn(subscription.schema, source, resourceUri, data);
      const delivery = deliver(subscription, event, clock, stopped.signal);
      inProgress.add(delivery);
      void delivery.finally(() => inProgress.delete(delivery));
    }
  }

  return {
    emit,
    subscribe: async (subscription) => {
      await handshake(subscription);
      subscriptions.push(subscription);
    },
    lose: (count) => {
      toLose += count;
    },
    idle: async () => {
      await Promise.all(inProgress);
    },
    stop: () => {
      stopped.abort();
    },
  };
}
