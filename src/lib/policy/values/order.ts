import type { FactValue } from "./fact.ts";
import { fold } from "./fold.ts";
import { parseInstant } from "./instant.ts";
import { numberOf } from "./scalar.ts";
import { FALSE, truthOf, UNKNOWN, type Truth } from "./truth.ts";

/**
 * Negative, zero or positive: numbers by size (numeric texts too), instants by time, other texts by their folded
 * order. Undefined for what has no order.
 */
function compare(left: FactValue, right: FactValue): number | undefined {
  const [a, b] = [numberOf(left), numberOf(right)];
  if (a !== undefined && b !== undefined) return a - b;
  if (typeof left !== "string" || typeof right !== "string") return undefined;
  const [from, to] = [parseInstant(left), parseInstant(right)];
  if (from !== undefined && to !== undefined) return from - to;
  const [x, y] = [fold(left), fold(right)];
  return x < y ? -1 : x > y ? 1 : 0;
}

/** What is missing has no place in any order; what does not compare is unknown. */
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
