import { AsyncLocalStorage } from "node:async_hooks";
import { createHash } from "node:crypto";
import { seeded } from "../../simulator/random.ts";
import type { Fault, Faults } from "./faults.ts";
import { scheduler, type Scheduler } from "./scheduler.ts";

/** Stands for every secret that reaches the app from outside: it must be found nowhere that anybody reads (I14). */
export const canary = "canary-5ecre7";

/** One run of a function by one instance: what it does is told apart from what others do at the same time. */
export interface Invocation {
  readonly id: number;
  readonly name: string;
  readonly instance: { alive: boolean; readonly name: string; crash(): void };
  readonly startedAt: number;
}

/** Something that the app asked of the world, and what came of it. */
export interface Call {
  readonly at: number;
  readonly invocation: number;
  readonly instance: string;
  readonly place: string;
  readonly target: string;
  readonly outcome: string;
}

/** How to reach something: what it does, what a failure looks like, and what an old answer is. */
export interface Reaching<T> {
  readonly apply: () => Promise<T> | T;
  readonly fail: (fault: Fault) => Promise<T> | T;
  readonly stale?: () => T;
  /** How long the caller waits for an answer at most. */
  timeoutMs?: number;
}

const pauseMs = 90_000;
const timeoutMs = 10_000;
/** When every run begins. */
export const start = Date.parse("2026-11-24T00:00:00Z");

/** Time, chance and faults of one run, from one seed; and the record of every call. */
export class Simulation {
  readonly time: Scheduler = scheduler(start);
  readonly calls: Call[] = [];
  readonly violations: string[] = [];
  readonly seed: number;
  readonly faults: Faults;
  /** How long each instance was frozen, which is not the doing of anything that it runs. */
  readonly frozenMs = new Map<Invocation["instance"], number>();
  readonly #context = new AsyncLocalStorage<Invocation>();
  readonly #latency: () => number;
  #ids = 0;

  constructor(seed: number, faults: Faults) {
    this.seed = seed;
    this.faults = faults;
    this.#latency = seeded(seed * 7 + 1);
  }

  now(): Date {
    return new Date(this.time.now());
  }

  /** Names are in order, so that the same seed gives the same ones. */
  newId(): string {
    return `${this.#context.getStore()?.id ?? 0}-${++this.#ids}`;
  }

  invocation(): Invocation {
    const found = this.#context.getStore();
    if (found === undefined) throw new Error("the app did something outside of any function");
    return found;
  }

  run<T>(invocation: Invocation, work: () => Promise<T>): Promise<T> {
    return this.#context.run(invocation, work);
  }

  violated(invariant: string, what: string): void {
    this.violations.push(`${invariant} at ${this.now().toISOString()}: ${what}`);
  }

  note(place: string, target: string, outcome: string): void {
    const { id, instance } = this.#context.getStore() ?? { id: 0, instance: { name: "world" } };
    const call = { at: this.time.now(), invocation: id, instance: instance.name, place, target, outcome };
    this.calls.push(call);
  }

  /** Of every call, in order: equal seeds have equal ones (I15). */
  digest(): string {
    return createHash("sha256").update(JSON.stringify(this.calls)).digest("hex");
  }

  latencyMs(): number {
    const drawn = this.#latency();
    return drawn > 0.98 ? 500 + drawn * 1_500 : 2 + drawn * 60;
  }

  /** Every await of the app that leaves it comes through here: the place where anything may happen. */
  async reach<T>(place: string, target: string, { apply, fail, stale, ...more }: Reaching<T>): Promise<T> {
    const invocation = this.invocation();
    const { instance } = invocation;
    const fault = this.faults.strike(place);
    if (fault === "pause") {
      await this.time.sleep(pauseMs);
      this.frozenMs.set(instance, (this.frozenMs.get(instance) ?? 0) + pauseMs);
    }
    await this.time.sleep(this.latencyMs());
    if (fault === "crash") instance.crash();
    if (!instance.alive) return this.#never(place, target);
    const effect = fault?.endsWith("-after") === true || !isFailure(fault);
    if (fault?.startsWith("time-out") === true) {
      if (effect) await settled(apply);
      await this.time.sleep(more.timeoutMs ?? timeoutMs);
      return instance.alive ? this.#failed(place, target, fault, fail) : this.#never(place, target);
    }
    if (!effect) return this.#failed(place, target, fault as Fault, fail);
    const outcome = await settled(fault === "stale" && stale !== undefined ? stale : apply);
    if (fault === "duplicate") await settled(apply);
    if (fault === "crash-after") instance.crash();
    await this.time.sleep(this.latencyMs());
    if (!instance.alive) return this.#never(place, target);
    if (fault === "reset-after") return this.#failed(place, target, fault, fail);
    this.note(place, target, fault ?? outcome.kind);
    if (outcome.kind === "failed") throw outcome.error;
    return outcome.value;
  }

  #failed<T>(place: string, target: string, fault: Fault, fail: Reaching<T>["fail"]): Promise<T> | T {
    this.note(place, target, fault);
    return fail(fault);
  }

  /** The process is gone: nobody will ever hear of this. */
  #never<T>(place: string, target: string): Promise<T> {
    this.note(place, target, "crash");
    return new Promise(() => {});
  }
}

function isFailure(fault: Fault | undefined): boolean {
  return fault !== undefined && !["crash", "crash-after", "stale", "duplicate", "pause"].includes(fault);
}

async function settled<T>(
  work: () => Promise<T> | T,
): Promise<
  { readonly kind: "done"; readonly value: T } | { readonly kind: "failed"; readonly error: unknown }
> {
  try {
    return { kind: "done", value: await work() };
  } catch (error) {
    return { kind: "failed", error };
  }
}
