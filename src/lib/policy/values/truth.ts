/**
 * Kleene's three truth values, as integers so that the connectives are arithmetic:
 * and = min, or = max, not = 2 - x.
 */
export type Truth = 0 | 1 | 2;

export const FALSE = 0;
export const UNKNOWN = 1;
export const TRUE = 2;

export function truthOf(value: boolean): Truth {
  return value ? TRUE : FALSE;
}

export function not(truth: Truth): Truth {
  return (2 - truth) as Truth;
}

/** Kleene's conjunction. */
export function and(left: Truth, right: Truth): Truth {
  return left < right ? left : right;
}

export function nameOfTruth(truth: Truth): "false" | "unknown" | "true" {
  return truth === TRUE ? "true" : truth === FALSE ? "false" : "unknown";
}
