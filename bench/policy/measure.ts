/** Decisions per second, as the median of several rounds over all inputs, in one process, after warming up. */
export function rate<T>(inputs: readonly T[], decide: (input: T) => unknown, budgetMs: number): number {
  const rates: number[] = [];
  const until = performance.now() + budgetMs;
  // The answers are used, so that the compiler cannot eliminate the work.
  let kept: unknown;
  while (rates.length < 5 || performance.now() < until) {
    const start = performance.now();
    for (const input of inputs) kept = decide(input);
    rates.push((inputs.length / (performance.now() - start)) * 1000);
    if (rates.length >= 3 && performance.now() > until) break;
  }
  if (kept === undefined) throw new Error("nothing was decided");
  return median(rates);
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
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
  const start = performance.now();
  const result = work();
  return { ms: performance.now() - start, result };
}
