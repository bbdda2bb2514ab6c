/** The middle of several measurements, and where the middle half of them lies. */
export interface Spread {
  readonly median: number;
  readonly from: number;
  readonly to: number;
}

export function spreadOf(values: readonly number[]): Spread {
  const sorted = values.toSorted((one, other) => one - other);
  const at = (share: number) => sorted[Math.floor((sorted.length - 1) * share + 0.5)] ?? Number.NaN;
  return { median: at(0.5), from: at(0.25), to: at(0.75) };
}

/** `12.3 (11.9 to 14.0)`. */
export function printSpread({ median, from, to }: Spread, digits = 1): string {
  return `${median.toFixed(digits)} (${from.toFixed(digits)} to ${to.toFixed(digits)})`;
}
