/** The simulator's only clock. It may run faster than real time; the shape of responses stays the same. */
export interface Clock {
  /** Milliseconds of Azure time since the start. */
  now(): number;
  /** Runs an action after this much Azure time. The timer does not keep the process alive. */
  after(ms: number, act: () => void): void;
  /** Waits for this much Azure time; false if the wait was aborted. */
  sleep(ms: number, signal: AbortSignal): Promise<boolean>;
  /**
   * Converts seconds of Azure time to whole seconds of real time, for headers; at least 1, because clients ignore 0.
   */
  realSeconds(azureSeconds: number): number;
  /** Moves Azure time forward at once, and runs every action that becomes due. */
  advance(ms: number): void;
  stop(): void;
}

export const minuteMs = 60_000;

/** The longest delay that setTimeout accepts. */
const timeoutMaxMs = 2 ** 31 - 1;

/** @param speed Seconds of Azure time in one second of real time. */
export function startClock(speed = 1): Clock {
  if (!(speed > 0 && Number.isFinite(speed))) throw new Error(`a clock cannot run at the speed ${speed}`);
  const started = performance.now();
  let advanced = 0;
  let waiting: { readonly at: number; readonly act: () => void }[] = [];
  let timer: NodeJS.Timeout | undefined;
  const now = () => (performance.now() - started) * speed + advanced;

  function setTimer(): void {
    clearTimeout(timer);
    const [next] = waiting;
    if (next === undefined) return;
    // Rounded up: a timer that fires a fraction too early would be set again and again.
    const ms = Math.min(Math.max(0, Math.ceil((next.at - now()) / speed)), timeoutMaxMs);
    timer = setTimeout(runDue, ms).unref();
  }

  function runDue(): void {
    for (let [next] = waiting; next !== undefined && next.at <= now(); [next] = waiting) {
      waiting = waiting.slice(1);
      next.act();
    }
    setTimer();
  }

  function after(ms: number, act: () => void): void {
    waiting = [...waiting, { at: now() + ms, act }].toSorted((a, b) => a.at - b.at);
    setTimer();
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
    realSeconds: (azureSeconds) => Math.max(1, Math.ceil(azureSeconds / speed)),
    advance: (ms) => {
      advanced += ms;
      runDue();
    },
    stop: () => {
      waiting = [];
      clearTimeout(timer);
    },
  };
}
