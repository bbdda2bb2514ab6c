import type { AppState } from "../app-state.ts";
import { isDue, type Clock } from "../clock.ts";
import { keyedMutex } from "../keyed-mutex.ts";
import type { Log } from "../log.ts";
import { logFailure, trySend } from "./deliver.ts";
import { ownerText, type Outbox, type Owner } from "./outbox.ts";
import type { Sink } from "./sink.ts";

/** The way from alerts that were written to their delivery. */
export interface Announcements {
  /**
   * Sends an owner's alerts to the sinks of this process. For the others it opens a delivery, which the sweeps read,
   * and enqueues the owner. The caller does not wait for any remote sink.
   */
  announce(owner: Owner): Promise<void>;
  /** Notes that alerts of the app itself were written, for `announceNoted`. */
  note(): void;
  /** Announces the app's own alerts, if some were noted since they were last announced. */
  announceNoted(): Promise<void>;
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
  let isNoted = false;
  /** Two announcements of one owner would send each alert twice. */
  const announcing = keyedMutex();
  const enqueue = (owner: Owner): void => {
    waiting.set(ownerText(owner), owner);
  };

  async function announceInTurn(owner: Owner): Promise<void> {
    if (owner !== "app") return sendAndOpen(owner);
    // Before the read: what is written during it may not be read.
    isNoted = false;
    try {
      await sendAndOpen(owner);
    } catch (error) {
      isNoted = true;
      throw error;
    }
  }

  async function sendAndOpen(owner: Owner): Promise<void> {
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
      logFailure(log, { alert: undelivered.alert, sink: undelivered.sink }, failure);
    }
    if (!left) return;
    await outbox.openDelivery(owner);
    enqueue(owner);
  }

  const announce = (owner: Owner) => announcing.runExclusive(ownerText(owner), () => announceInTurn(owner));
  return {
    announce,
    note: () => {
      isNoted = true;
    },
    announceNoted: async () => {
      if (isNoted) await announce("app");
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

/**
 * The app's state, with a note of each change that raised alerts: the invocation that wrote them announces them when it
 * ends. Where it does not, the next sweep does.
 */
export function notingAlerts(state: AppState, alerts: Pick<Announcements, "note">): AppState {
  return {
    ...state,
    update: async (row, change) => {
      let isRaised = false;
      const value = await state.update(row, (found: Parameters<typeof change>[0]) => {
        const changed = change(found);
        isRaised = (changed?.alerts ?? []).length > 0;
        return changed;
      });
      if (isRaised) alerts.note();
      return value;
    },
  };
}
