export interface NumberRange {
  readonly default: number;
  /** Default 1. */
  readonly min?: number;
  readonly max: number;
}

/** A whole number in its range. Adds a problem where it is none, and returns the default. */
export function readNumber(
  values: ReadonlyMap<string, string>,
  name: string,
  { min = 1, max, default: usual }: NumberRange,
  problems: string[],
): number {
  const text = values.get(name) ?? String(usual);
  const number = Number(text);
  if (/^\d{1,9}$/.test(text) && number >= min && number <= max) return number;
  problems.push(`${name} is "${text}"; it must be a whole number from ${min} to ${max}`);
  return usual;
}
