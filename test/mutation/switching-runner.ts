import { appendFileSync, readFileSync } from "node:fs";
import { setImmediate } from "node:timers/promises";
import { TestRunner, type RunnerTestCase } from "vitest";
import { planVariable, type Line, type Plan } from "./plan.ts";
import { switchName } from "./switches.ts";

const plan = JSON.parse(readFileSync(process.env[planVariable] ?? "", "utf8")) as Plan;
const none = -1;
/** A test with a mutant calls so many times as many switches as without, or it counts as endless. */
const moreCallsMax = 50;
const callsAlwaysAllowed = 100_000;

let on = plan.alone ?? none;
let [calls, callsMax] = [0, Infinity];
let reached = new Set<number>();
let unhandled = 0;
/** A mutant that is on from the start was noticed. */
let isOver = false;

Object.assign(globalThis, {
  [switchName]: (id: number): boolean => {
    calls += 1;
    if (on === none) {
      reached.add(id);
      return false;
    }
    if (calls > callsMax) throw new Error("The test does not end with this mutant.");
    return id === on;
  },
});
process.on("unhandledRejection", () => (unhandled += 1));

interface Step {
  readonly mutant: number;
  /** A failure is confirmed by a second one, after a run without the mutant. */
  readonly isSecond?: true;
}
const clean: Step = { mutant: none };

/**
 * Runs each test without a mutant, then once with each of the mutants that are planned for it, hooks included, and once
 * more without: a test that fails then cannot be repeated, and has noticed nothing.
 */
export default class SwitchingRunner extends TestRunner {
  readonly #noticed = new Set<number>();
  /** What each repetition of the test is for. */
  #steps: Step[] = [];
  #began = 0;

  override async onBeforeRunTask(test: RunnerTestCase): Promise<void> {
    await super.onBeforeRunTask(test);
    const planned = plan.tests[test.id];
    const left = planned?.filter((id) => !this.#noticed.has(id)) ?? [];
    this.#steps = left.length === 0 ? [] : [clean, ...left.map((mutant) => ({ mutant })), clean];
    // How many repetitions there are depends on what they find; `skip` ends them.
    if (this.#steps.length > 0) test.repeats = Number.MAX_SAFE_INTEGER;
    else if (planned !== undefined || isOver) test.mode = "skip";
  }

  override onBeforeTryTask(test: RunnerTestCase, options: { retry: number; repeats: number }): void {
    super.onBeforeTryTask(test, options);
    if (options.repeats === 0 && reached.size > 0) note({ outside: [...reached] });
    reached = new Set();
    [calls, unhandled, this.#began] = [0, 0, performance.now()];
    const { mutant } = this.#steps[options.repeats] ?? clean;
    if (mutant === none) return;
    note({ trying: mutant, test: test.id });
    on = mutant;
  }

  override async onAfterRetryTask(
    test: RunnerTestCase,
    options: { retry: number; repeats: number },
  ): Promise<void> {
    await super.onAfterRetryTask(test, options);
    // A promise that was rejected and is not awaited is reported by then.
    await setImmediate();
    const { result } = test;
    const failed = result?.state === "fail" || unhandled > 0;
    if (this.#steps.length === 0) this.#ranOnce(test, failed);
    else this.#tried(test, options.repeats, failed);
    on = plan.alone ?? none;
    reached = new Set();
    const isLast = this.#steps.length > 0 && options.repeats === this.#steps.length - 1;
    // Vitest would keep and print the failures of all of them.
    if (result !== undefined)
      Object.assign(result, { state: isLast ? "skip" : "pass", errors: undefined, attempts: [] });
  }

  #ranOnce(test: RunnerTestCase, failed: boolean): void {
    const ms = performance.now() - this.#began;
    note({ ran: test.id, file: test.file.name, name: test.name, ms, reaches: [...reached], failed });
    isOver = failed && plan.alone !== undefined;
  }

  #tried(test: RunnerTestCase, repeats: number, failed: boolean): void {
    const step = this.#steps[repeats] ?? clean;
    if (repeats === 0) callsMax = callsAlwaysAllowed + moreCallsMax * calls;
    if (!failed) return;
    const { mutant } = step;
    if (mutant === none) note({ unrepeatable: test.id });
    else if (step.isSecond === undefined)
      this.#steps.splice(repeats + 1, 0, clean, { mutant, isSecond: true });
    else {
      this.#noticed.add(mutant);
      note({ noticed: mutant, test: test.id });
    }
  }
}

function note(line: Line): void {
  appendFileSync(plan.log, `${JSON.stringify(line)}\n`);
}
