/** The simulator's only clock. It may run faster than the wall's: that shortens time, and changes no answer's shape. */
export interface Clock {
  /** Milliseconds of Azure's time since the start. */
  now(): number;
  /** Does something when so much of Azure's time has passed. It keeps no process alive. */
  after(ms: number, act: () => void): void;
  /** Waits for so much of Azure's time; false where it was aborted. */
  sleep(ms: number, signal: AbortSignal): Promise<boolean>;
  /** Azure's seconds as whole seconds of the wall's clock, for headers: at least one, because clients ignore 0. */
  seconds(ofAzure: number): number;
  /** Lets Azure's time pass at once, with everything that is due in it. */
  pass(ms: number): void;
  stop(): void;
}

/** What setTimeout can hold. */
const timeoutMaxMs = 2 ** 31 - 1;

/** @param speed How many seconds pass on Azure in one of ours. */
export function startClock(speed = 1): Clock {
  if (!(speed > 0 && Number.isFinite(speed))) throw new Error(`a clock cannot run at the speed ${speed}`);
  const started = performance.now();
  let passed = 0;
  let waiting: { readonly at: number; readonly act: () => void }[] = [];
  let timer: NodeJS.Timeout | undefined;
  const now = () => (performance.now() - started) * speed + passed;

  function arm(): void {
    clearTimeout(timer);
    const [next] = waiting;
    if (next === undefined) return;
    // Rounded up, or a timer that is a fraction early would be set again and again.
    const ms = Math.min(Math.max(0, Math.ceil((next.at - now()) / speed)), timeoutMaxMs);
    timer = setTimeout(runDue, ms).unref();
  }

  function runDue(): void {
    for (let [next] = waiting; next !== undefined && next.at <= now(); [next] = waiting) {
      waiting = waiting.slice(1);
      next.act();
    }
    arm();
  }

  function after(ms: number, act: () => void): void {
    waiting = [...waiting, { at: now() + ms, act }].toSorted((a, b) => a.at - b.at);
    arm();
  }

  return {
    now,
    after,
    sleep: (ms, signal) =>
      new Promise((resolve) => {
        if (signal.aborted) resolve(false);
        signal.addEventListener("abort", () => resolve(false), { once: true });
        after(ms, () => resolve(true));
      }),
    seconds: (ofAzure) => Math.max(1, Math.ceil(ofAzure / speed)),
    pass: (ms) => {
      passed += ms;
      runDue();
    },
    stop: () => {
      waiting = [];
      clearTimeout(timer);
    },
  };
}
