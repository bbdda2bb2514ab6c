import type { FactValue } from "./fact.ts";
import { foldText } from "./fold-text.ts";
import { parseInstant } from "./instant.ts";
import { numberOf } from "./scalar.ts";
import { FALSE, truthOf, UNKNOWN, type Truth } from "./truth.ts";

/**
 * Negative, zero or positive: numbers and numeric texts by size, instants by time, other texts by their folded
 * characters. Undefined for values that cannot be ordered.
 */
function compare(left: FactValue, right: FactValue): number | undefined {
  const [a, b] = [numberOf(left), numberOf(right)];
  if (a !== undefined && b !== undefined) return a - b;
  if (typeof left !== "string" || typeof right !== "string") return undefined;
  const [from, to] = [parseInstant(left), parseInstant(right)];
  if (from !== undefined && to !== undefined) return from - to;
  const [x, y] = [foldText(left), foldText(right)];
  return x < y ? -1 : x > y ? 1 : 0;
}

/** A test of order: false for a missing value, unknown for values that cannot be ordered. */
export function ordering(
  holds: (order: number) => boolean,
): (operand: FactValue) => (value: FactValue) => Truth {
  return (operand) => {
    const limit = numberOf(operand);
    return (value) => {
      if (typeof value === "number" && limit !== undefined) return truthOf(holds(value - limit));
      if (value === null) return FALSE;
      const order = compare(value, operand);
      return order === undefined ? UNKNOWN : truthOf(holds(order));
    };
  };
}
