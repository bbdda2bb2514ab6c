import { AsyncLocalStorage } from "node:async_hooks";
import { createHash } from "node:crypto";
import { seeded } from "../../simulator/random.ts";
import type { Fault, Faults } from "./faults.ts";
import { scheduler, type Scheduler } from "./scheduler.ts";

/** Stands for every secret that reaches the app from outside. No log, row or alert may contain it (I14). */
export const canary = "canary-5ecre7";

/** One run of a function by one instance, to which each call is attributed. */
export interface Invocation {
  readonly id: number;
  readonly name: string;
  readonly instance: { alive: boolean; readonly name: string; crash(): void };
  readonly startedAt: number;
}

/** A call of the app and its outcome. */
export interface Call {
  readonly at: number;
  readonly invocation: number;
  readonly instance: string;
  readonly place: string;
  readonly target: string;
  readonly outcome: string;
}

/** What a call does, how it fails, and its old answer where it has one. */
export interface Reaching<T> {
  readonly apply: () => Promise<T> | T;
  readonly fail: (fault: Fault) => Promise<T> | T;
  readonly stale?: () => T;
  /** Whether it changes anything when it arrives a second time at once; true if not given. */
  readonly repeatHasEffect?: boolean;
  /** How long the caller waits for an answer. */
  timeoutMs?: number;
}

const pauseMs = 90_000;
const timeoutMs = 10_000;
/** The start of every run. */
export const start = Date.parse("2026-11-24T00:00:00Z");

/** Time, chance and faults of one run from one seed, and the record of every call. */
export class Simulation {
  readonly time: Scheduler = scheduler(start);
  readonly calls: Call[] = [];
  readonly violations: string[] = [];
  readonly seed: number;
  readonly faults: Faults;
  /** When a fault was last injected. */
  faultAt = 0;
  /** How long each instance was frozen; this does not count as the duration of its functions. */
  readonly frozenMs = new Map<Invocation["instance"], number>();
  readonly #context = new AsyncLocalStorage<Invocation>();
  readonly #latency: () => number;
  readonly #stopOn: string | undefined;
  #ids = 0;

  /** Where `stopOn` names an invariant, the run ends as soon as that one is broken. */
  constructor(seed: number, faults: Faults, stopOn?: string) {
    this.seed = seed;
    this.faults = faults;
    this.#stopOn = stopOn;
    this.#latency = seeded(seed * 7 + 1);
  }

  now(): Date {
    return new Date(this.time.now());
  }

  /** Ids in sequence, so that the same seed gives the same ids. */
  newId(): string {
    return `${this.#context.getStore()?.id ?? 0}-${++this.#ids}`;
  }

  invocation(): Invocation {
    const found = this.#context.getStore();
    if (found === undefined) throw new Error("the app made a call outside of any function");
    return found;
  }

  run<T>(invocation: Invocation, work: () => Promise<T>): Promise<T> {
    return this.#context.run(invocation, work);
  }

  violated(invariant: string, what: string): void {
    this.violations.push(`${invariant} at ${this.now().toISOString()}: ${what}`);
    if (invariant === this.#stopOn) this.time.stop();
  }

  note(place: string, target: string, outcome: string): void {
    const { id, instance } = this.#context.getStore() ?? { id: 0, instance: { name: "world" } };
    const call = { at: this.time.now(), invocation: id, instance: instance.name, place, target, outcome };
    this.calls.push(call);
  }

  /** The hash of every call in order. Equal seeds have equal hashes (I15). */
  digest(): string {
    return createHash("sha256").update(JSON.stringify(this.calls)).digest("hex");
  }

  latencyMs(): number {
    const drawn = this.#latency();
    return drawn > 0.98 ? 500 + drawn * 1_500 : 2 + drawn * 60;
  }

  /** Every call of the app passes through here, and may meet a fault. */
  async reach<T>(place: string, target: string, { apply, fail, stale, ...more }: Reaching<T>): Promise<T> {
    const { id, instance } = this.invocation();
    const { repeatHasEffect = true } = more;
    const fault = this.faults.draw({
      place,
      invocation: id,
      canBeStale: stale !== undefined,
      repeatHasEffect,
    });
    if (fault !== undefined) this.faultAt = this.time.now();
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

  /** Never settles, because the process has ended. */
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
