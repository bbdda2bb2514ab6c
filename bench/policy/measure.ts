import { spreadOf, type Spread } from "../spread.ts";

/** Inputs between two looks at the clock, at most. */
const chunkMax = 250;

/**
 * Measures how many inputs are processed in a second of this process's CPU time, collection of garbage and compilation
 * included. CPU time hardly depends on what else the machine does. Each call goes on where the one before ended.
 */
export function throughput<T>(inputs: readonly T[], work: (input: T) => unknown): (cpuMs: number) => number {
  // A tiny run only shows that the benchmark works, and takes each input once in ten rounds.
  const chunk = Math.min(chunkMax, Math.ceil(inputs.length / 10));
  let at = 0;
  // The results are used, so that the compiler cannot eliminate the work.
  let kept: unknown;
  return (cpuMs) => {
    const start = process.cpuUsage();
    let [done, used] = [0, 0];
    do {
      for (let index = 0; index < chunk; index++) {
        kept = work(inputs[at] as T);
        at = at + 1 === inputs.length ? 0 : at + 1;
      }
      done += chunk;
      const { user, system } = process.cpuUsage(start);
      used = (user + system) / 1000;
    } while (used < cpuMs);
    if (kept === undefined) throw new Error("nothing was computed");
    return (done / used) * 1000;
  };
}

/** Inputs per second of CPU time: several rounds after one that warms up. */
export function rate<T>(inputs: readonly T[], work: (input: T) => unknown, budgetMs: number): Spread {
  const measure = throughput(inputs, work);
  measure(budgetMs / 4);
  return spreadOf(Array.from({ length: 9 }, () => measure(budgetMs / 9)));
}

/** The 99th percentile of the time of a decision, in µs. */
export function p99<T>(inputs: readonly T[], decide: (input: T) => unknown): number {
  const times = inputs.map((input) => {
    const start = process.hrtime.bigint();
    decide(input);
    return Number(process.hrtime.bigint() - start) / 1000;
  });
  return times.toSorted((a, b) => a - b)[Math.floor(times.length * 0.99)] ?? Number.NaN;
}

export function timed<T>(work: () => T): { readonly ms: number; readonly result: T } {
  const start = process.cpuUsage();
  const result = work();
  const { user, system } = process.cpuUsage(start);
  return { ms: (user + system) / 1000, result };
}
