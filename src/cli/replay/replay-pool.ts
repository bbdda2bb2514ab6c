import { Worker } from "node:worker_threads";
import type { ReplayedLines } from "../../lib/replay/replay-lines.ts";
import type { ReplayTask } from "./replay-worker.ts";

/** Beside this file, in the sources and in the bundle alike. */
const script = new URL(
  import.meta.url.endsWith(".ts") ? "./replay-worker.ts" : "./replay-worker.js",
  import.meta.url,
);

/**
 * A thread collects what it is done with before its memory grows: a part lives for milliseconds. A large policy needs
 * the rest.
 */
const resourceLimits = { maxYoungGenerationSizeMb: 16, maxOldGenerationSizeMb: 512 };

/** Threads that replay parts of records. */
export interface ReplayPool {
  /** Resolves once a thread has taken the part, so that the parts in memory stay few. */
  readonly take: (bytes: Uint8Array) => Promise<void>;
  /** Resolves once every part is replayed, and ends the threads. */
  readonly end: () => Promise<void>;
}

/**
 * At most `threads` threads, started as parts arrive. `found` gets the result of each part.
 * @throws what a thread throws, from `take` or `end`
 */
export function replayPool(
  task: ReplayTask,
  threads: number,
  found: (result: ReplayedLines) => void,
): ReplayPool {
  const all: Worker[] = [];
  const idle: Worker[] = [];
  let waiting: (() => void)[] = [];
  let failure: Error | undefined;
  const wake = () => {
    const woken = waiting;
    waiting = [];
    for (const each of woken) each();
  };
  const start = (): Worker => {
    const worker = new Worker(script, { workerData: task, resourceLimits });
    worker.on("message", (result: ReplayedLines) => {
      found(result);
      idle.push(worker);
      wake();
    });
    worker.on("error", (error) => {
      failure = error;
      wake();
    });
    all.push(worker);
    return worker;
  };
  const until = async (done: () => boolean) => {
    while (!done()) {
      if (failure !== undefined) throw failure;
      await new Promise<void>((resolve) => waiting.push(resolve));
    }
  };
  return {
    take: async (bytes) => {
      if (idle.length === 0 && all.length >= threads) await until(() => idle.length > 0);
      // A copy of its own, which is moved to the thread.
      const copy = new Uint8Array(bytes);
      (idle.pop() ?? start()).postMessage(copy, [copy.buffer]);
    },
    end: async () => {
      try {
        await until(() => idle.length === all.length);
      } finally {
        await Promise.all(all.map((each) => each.terminate()));
      }
    },
  };
}
