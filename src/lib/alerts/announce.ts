import { isDue, type Clock } from "../clock.ts";
import type { Log } from "../log.ts";
import { trySend } from "./deliver.ts";
import type { Outbox, Owner } from "./outbox.ts";
import type { Sink } from "./sink.ts";

/** How those who must know get to hear of alerts that were written. */
export interface Announcements {
  /**
   * Tells what an owner's outbox holds for the sinks of this process, and hands over the rest: a mark is left for the
   * sweeps, and the owner's name for the queue. No sink keeps the caller waiting.
   */
  announce(owner: Owner): Promise<void>;
  /** Hands over what was left, by anybody: an outbox that nobody delivered, or that waited for this time. */
  enqueueLeftovers(): Promise<void>;
  /** Hands over an owner's alerts once more: there was no time for all of them. */
  enqueue(owner: Owner): void;
  /** Whose alerts were handed over since this was asked last; for the queue `alerts`. */
  drainQueue(): readonly Owner[];
}

/** How many owners' alerts a sweep hands over at most; the next one takes up the rest. */
const leftoversMax = 1_000;

export function announcements(outbox: Outbox, sinks: readonly Sink[], log: Log, clock: Clock): Announcements {
  const near = new Map(sinks.filter((sink) => sink.inProcess === true).map((sink) => [sink.name, sink]));
  const waiting = new Map<string, Owner>();
  const handOver = (owner: Owner): void => {
    waiting.set(owner === "app" ? owner : owner.text, owner);
  };
  return {
    announce: async (owner) => {
      let left = false;
      for (const undelivered of await outbox.undelivered(owner)) {
        const sink = near.get(undelivered.sink);
        const failure = sink && (await trySend(sink, undelivered.alert));
        if (sink !== undefined && failure === undefined) {
          await outbox.delivered(owner, undelivered);
          continue;
        }
        left = true;
        if (failure === undefined) continue;
        const { alert, sink: name } = undelivered;
        log.warn("an alert was not taken by its sink", { alertId: alert.id, sink: name, why: failure.why });
      }
      if (!left) return;
      await outbox.mark(owner);
      handOver(owner);
    },
    enqueueLeftovers: async () => {
      for await (const { owner, until } of outbox.marks()) {
        if (isDue(until, clock.now())) handOver(owner);
        if (waiting.size >= leftoversMax) return;
      }
    },
    enqueue: handOver,
    drainQueue: () => {
      const owners = [...waiting.values()];
      waiting.clear();
      return owners;
    },
  };
}
