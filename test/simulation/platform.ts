import { minuteMs } from "../../src/lib/clock.ts";
import { checkDuration } from "./invariants-of-invocations.ts";
import type { Invocation, Simulation } from "./simulation.ts";

/** A process of the app: it may end at any moment, and another one then takes its place. */
export interface Process {
  readonly name: string;
  alive: boolean;
  crash(): void;
}

type Handler<P> = (process: P, message: unknown) => Promise<unknown>;

interface Enqueued {
  readonly at: number;
  readonly queue: string;
}

/** What the Functions platform does: it starts processes, delivers queue messages and fires timers. */
export interface Platform<P extends Process> {
  readonly processes: readonly P[];
  /** Every message that was put into a queue, in order. */
  readonly enqueued: readonly Enqueued[];
  /**
   * When the last run of each timer began that found nothing to do, by the timer's name: it met no fault, queued
   * nothing, wrote only the app's own rows, its quota and digests, and no other function ran at the same time.
   */
  readonly quietSince: ReadonlyMap<string, number>;
  /** When the last run of each timer began that came to its end, by the timer's name. */
  readonly wholeSince: ReadonlyMap<string, number>;
  enqueue(queue: string, message: unknown, delayMs?: number): void;
  consume(queue: string, handler: Handler<P>): void;
  /** Runs a function once, on some process. */
  invoke(name: string, work: (process: P) => Promise<unknown>): Promise<unknown>;
  every(periodMs: number, name: string, work: (process: P, due: number) => Promise<unknown>): void;
}

/** As in host.json. */
const triesMax = 5;
const hiddenMs = 30_000;
/** A message becomes visible again this long after its process ended. */
const lostMs = minuteMs;

export function platform<P extends Process>(
  sim: Simulation,
  start: (name: string, crash: () => void) => P,
  count: number,
  chance: () => number,
): Platform<P> {
  const [quietSince, wholeSince] = [new Map<string, number>(), new Map<string, number>()];
  const running = new Set<Invocation>();
  const processes = startProcesses(sim, start, count, chance);
  const invoke = invoker(sim, processes, running, chance);
  const enqueued: Enqueued[] = [];
  const queues = queuesOf(sim, processes, invoke);
  return {
    processes,
    enqueued,
    quietSince,
    wholeSince,
    enqueue: (queue, message, delayMs = sim.latencyMs()) => {
      enqueued.push({ at: sim.time.now(), queue });
      queues.later(queue, JSON.parse(JSON.stringify(message)), 1, delayMs);
    },
    consume: (queue, handler) => queues.handlers.set(queue, handler),
    invoke,
    every: (periodMs, name, work) => {
      const fire = async (due: number) => {
        const [startedAt, calls, messages] = [sim.time.now(), sim.calls.length, enqueued.length];
        await invoke(name, (process) => work(process, due));
        wholeSince.set(name, startedAt);
        const isAlone = ![...running].some(({ instance }) => instance.alive);
        if (isAlone && enqueued.length === messages && foundNothing(sim, calls))
          quietSince.set(name, startedAt);
      };
      onSchedule(sim, periodMs, (due) => {
        if (processes.some(({ alive }) => alive))
          fire(due).catch(() => {
            // The host only logs that a timer's function failed, and runs it again at its next time.
          });
      });
    },
  };
}

const reads = new Set(["GET", "POST", "table read", "table list"]);

/**
 * Whether all calls since the one of this number succeeded, and wrote only the app's own rows, its quota and digests.
 */
function foundNothing({ calls }: Simulation, first: number): boolean {
  return calls.slice(first).every(({ place, target, outcome }) => {
    const isOwn = place === "table commit" && /^(app\/|quota\/|digest-|addresses-)/.test(target);
    return outcome === "done" && (isOwn || reads.has(place));
  });
}

function startProcesses<P extends Process>(
  sim: Simulation,
  start: (name: string, crash: () => void) => P,
  count: number,
  chance: () => number,
): readonly P[] {
  const processes: P[] = [];
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
  return processes;
}

/** Runs a function on a random living process. The result never settles if that process ends. */
function invoker<P extends Process>(
  sim: Simulation,
  processes: readonly P[],
  running: Set<Invocation>,
  chance: () => number,
): Platform<P>["invoke"] {
  let invocations = 0;
  return async (name, work) => {
    const living = processes.filter(({ alive }) => alive);
    const process = living[Math.floor(chance() * living.length)];
    if (process === undefined) throw new Error("no process is alive");
    const startedAt = sim.time.now();
    const invocation = { id: ++invocations, name, instance: process, startedAt };
    const frozenMs = () => sim.frozenMs.get(process) ?? 0;
    const frozenBefore = frozenMs();
    running.add(invocation);
    try {
      return await sim.run(invocation, () => work(process));
    } finally {
      running.delete(invocation);
      checkDuration(sim, name, sim.time.now() - startedAt - (frozenMs() - frozenBefore));
    }
  };
}

/** Queues that deliver each message until its handler succeeds, five times at most, and then to the poison queue. */
function queuesOf<P extends Process>(
  sim: Simulation,
  processes: readonly P[],
  invoke: Platform<P>["invoke"],
) {
  const handlers = new Map<string, Handler<P>>();

  function deliver(queue: string, message: unknown, tries: number): void {
    const handler = handlers.get(queue);
    if (handler === undefined) return;
    let isRedelivered = false;
    const again = (delayMs: number) => {
      if (isRedelivered) return;
      isRedelivered = true;
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
    // Its process may end without a word; the queue shows the message again when no process keeps it hidden.
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

  return { handlers, later };
}

function onSchedule(sim: Simulation, periodMs: number, fire: (due: number) => void): void {
  const tick = (due: number) => {
    sim.time.at(
      due + sim.latencyMs(),
      () => {
        fire(due);
        tick(due + periodMs);
      },
      "background",
    );
  };
  tick(sim.time.now() + periodMs);
}
