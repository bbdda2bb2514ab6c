import type { Simulation } from "./simulation.ts";

/** A process of the app: it may end at any moment, and another one takes its place. */
export interface Process {
  readonly name: string;
  alive: boolean;
  crash(): void;
}

type Handler<P> = (process: P, message: unknown) => Promise<unknown>;

/** What the Functions platform does: it starts processes, feeds them queues, and runs timers. */
export interface Platform<P extends Process> {
  readonly processes: P[];
  /** Every message that was put into a queue, in order. */
  readonly enqueued: { readonly at: number; readonly queue: string }[];
  /** A message for a queue's function. */
  enqueue(queue: string, message: unknown, delayMs?: number): void;
  consume(queue: string, handler: Handler<P>): void;
  /** Runs a function once, on some process. */
  invoke(name: string, work: (process: P) => Promise<unknown>): Promise<unknown>;
  every(periodMs: number, name: string, work: (process: P, due: number) => Promise<unknown>): void;
}

/** As host.json has it. */
const triesMax = 5;
const hiddenMs = 30_000;
/** A message whose process ended is seen again after this. */
const lostMs = 60_000;
/** No invocation may take longer: the smallest plan ends it then (I15). */
const deadlineMs = 5 * 60_000;

export function platform<P extends Process>(
  sim: Simulation,
  start: (name: string, crash: () => void) => P,
  count: number,
  chance: () => number,
): Platform<P> {
  const processes: P[] = [];
  const enqueued: { readonly at: number; readonly queue: string }[] = [];
  const handlers = new Map<string, Handler<P>>();
  let invocations = 0;

  const boot = (index: number) => {
    const process = start(`p${index}`, () => {
      if (!process.alive) return;
      process.alive = false;
      sim.time.at(sim.time.now() + 5_000 + chance() * 55_000, () => {
        boot(index);
      });
    });
    processes[index] = process;
  };
  for (let index = 0; index < count; index++) boot(index);

  /** Resolves with what came of it; never where its process ended. */
  async function invoke(name: string, work: (process: P) => Promise<unknown>): Promise<unknown> {
    const living = processes.filter(({ alive }) => alive);
    const process = living[Math.floor(chance() * living.length)];
    if (process === undefined) throw new Error("no process is alive");
    const startedAt = sim.time.now();
    const invocation = { id: ++invocations, name, instance: process, startedAt };
    const frozenMs = () => sim.frozenMs.get(process) ?? 0;
    const frozenBefore = frozenMs();
    try {
      return await sim.run(invocation, () => work(process));
    } finally {
      const took = sim.time.now() - startedAt - (frozenMs() - frozenBefore);
      if (took > deadlineMs) sim.violated("I15 determinism", `${name} took ${took / 1000} s`);
    }
  }

  function deliver(queue: string, message: unknown, tries: number): void {
    const handler = handlers.get(queue);
    if (handler === undefined) return;
    let seen = false;
    const again = (delayMs: number) => {
      if (seen) return;
      seen = true;
      if (tries >= triesMax) later(`${queue}-poison`, message, 1, delayMs);
      else later(queue, message, tries + 1, delayMs);
    };
    if (!processes.some(({ alive }) => alive)) {
      later(queue, message, tries, 1_000);
      return;
    }
    let ended = false;
    let mine: P | undefined;
    invoke(queue, (process) => {
      mine = process;
      return handler(process, message);
    })
      .catch(() => {
        again(hiddenMs);
      })
      .finally(() => {
        ended = true;
      });
    // Its process may end without a word; the queue shows the message again when nobody keeps it hidden.
    const watch = () => {
      if (ended) return;
      if (mine?.alive === false) again(lostMs);
      else sim.time.at(sim.time.now() + lostMs, watch);
    };
    sim.time.at(sim.time.now() + lostMs, watch);
  }

  function later(queue: string, message: unknown, tries: number, delayMs: number): void {
    sim.time.at(sim.time.now() + delayMs, () => {
      deliver(queue, message, tries);
    });
  }

  return {
    processes,
    enqueued,
    enqueue: (queue, message, delayMs = sim.latencyMs()) => {
      enqueued.push({ at: sim.time.now(), queue });
      later(queue, structuredClone(message), 1, delayMs);
    },
    consume: (queue, handler) => handlers.set(queue, handler),
    invoke,
    every: (periodMs, name, work) => {
      const tick = (due: number) => {
        sim.time.at(due + sim.latencyMs(), () => {
          if (processes.some(({ alive }) => alive))
            invoke(name, (process) => work(process, due)).catch(() => {
              // A timer that fails is not run again before its time: the host only logs it.
            });
          tick(due + periodMs);
        });
      };
      tick(sim.time.now() + periodMs);
    },
  };
}
