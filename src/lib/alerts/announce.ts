import { isDue, type Clock } from "../clock.ts";
import type { Log } from "../log.ts";
import { trySend } from "./deliver.ts";
import type { Outbox, Owner } from "./outbox.ts";
import type { Sink } from "./sink.ts";

/** The way from alerts that were written to their delivery. */
export interface Announcements {
  /**
   * Sends an owner's alerts to the sinks of this process. For the others it opens a delivery, which the sweeps read, and
   * enqueues the owner. The caller does not wait for any remote sink.
   */
  announce(owner: Owner): Promise<void>;
  /** Enqueues every owner that has an open delivery that is due, whichever process set it. */
  enqueueLeftovers(): Promise<void>;
  /** Enqueues an owner again, because the delivery had no time for all of its alerts. */
  enqueue(owner: Owner): void;
  /** Removes and returns the enqueued owners, for the queue `alerts`. */
  drainQueue(): readonly Owner[];
}

/** Maximum owners that one sweep enqueues; the next one continues. */
const leftoversMax = 1_000;

export function announcements(outbox: Outbox, sinks: readonly Sink[], log: Log, clock: Clock): Announcements {
  const local = new Map(sinks.filter((sink) => sink.inProcess === true).map((sink) => [sink.name, sink]));
  const waiting = new Map<string, Owner>();
  const enqueue = (owner: Owner): void => {
    waiting.set(owner === "app" ? owner : owner.text, owner);
  };
  return {
    announce: async (owner) => {
      let left = false;
      for (const undelivered of await outbox.undelivered(owner)) {
        const sink = local.get(undelivered.sink);
        const failure = sink && (await trySend(sink, undelivered.alert));
        if (sink !== undefined && failure === undefined) {
          await outbox.delivered(owner, undelivered);
          continue;
        }
        left = true;
        if (failure === undefined) continue;
        const { alert, sink: name } = undelivered;
        log.warn("a sink did not accept an alert", { alertId: alert.id, sink: name, why: failure.why });
      }
      if (!left) return;
      await outbox.openDelivery(owner);
      enqueue(owner);
    },
    enqueueLeftovers: async () => {
      for await (const { owner, until } of outbox.openDeliveries()) {
        if (isDue(until, clock.now())) enqueue(owner);
        if (waiting.size >= leftoversMax) return;
      }
    },
    enqueue,
    drainQueue: () => {
      const owners = [...waiting.values()];
      waiting.clear();
      return owners;
    },
  };
}
