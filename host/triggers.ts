import type { Cron } from "croner";
import { connectionOf, resolve } from "./binding-settings.ts";
import type { RegisteredFunction } from "./functions-core.ts";
import { triggerOf, type Invoke } from "./invoke.ts";
import { drain, queueNameOf, type Queues, type QueueSettings } from "./queue.ts";
import { startTimer } from "./timer.ts";

/** The running timers and queue loops of an app. */
export interface Triggers {
  /** By lower-cased name of the function. */
  readonly timers: ReadonlyMap<string, Cron>;
  /** Stops the timers, and waits for the functions that run for queue messages. */
  stop(): Promise<void>;
}

/** Starts every timer and queue function. */
export async function startTriggers(
  functions: Iterable<RegisteredFunction>,
  {
    queues,
    settings,
    invoke,
    log,
  }: {
    readonly queues: Queues;
    readonly settings: QueueSettings;
    readonly invoke: Invoke;
    readonly log: (line: string) => void;
  },
): Promise<Triggers> {
  const stop = new AbortController();
  const timers = new Map<string, Cron>();
  const draining: Promise<void>[] = [];
  for (const fn of functions) {
    const { type, connection } = triggerOf(fn);
    if (type === "timerTrigger")
      timers.set(fn.metadata.name.toLowerCase(), startTimer(fn, resolve, invoke, log));
    if (type === "queueTrigger") {
      const queue = await queues.client(connectionOf(connection), queueNameOf(fn));
      const poison = await queues.client(connectionOf(connection), `${queueNameOf(fn)}-poison`);
      draining.push(drain(fn, { queue, poison, settings }, invoke, { signal: stop.signal, log }));
    }
  }
  return {
    timers,
    stop: async () => {
      stop.abort();
      for (const cron of timers.values()) cron.stop();
      await Promise.all(draining);
    },
  };
}
