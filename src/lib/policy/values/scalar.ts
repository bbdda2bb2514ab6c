import type { FactValue } from "./fact.ts";

/** A folded scalar for comparison; undefined for a list or an object, which never equal a scalar. */
export type Comparable = string | number | boolean | undefined;

export function comparable(value: FactValue): Comparable {
  if (value === null) return "";
  return typeof value === "object" ? undefined : value;
}

const numeric = /^-?\d+(\.\d+)?$/;

/** Equality of folded values with Azure Policy's coercions: "80" equals 80, "true" equals true. */
export function sameScalar(left: Comparable, right: Comparable): boolean {
  if (left === undefined) return false;
  if (left === right) return true;
  if (typeof left === "string") return coerces(left, right);
  return typeof right === "string" && coerces(right, left);
}

function coerces(text: string, other: Comparable): boolean {
  if (typeof other === "number") return numeric.test(text) && Number(text) === other;
  return typeof other === "boolean" && text === String(other);
}

/** Whether a folded text equals only itself, because it cannot be coerced to a number or a boolean. */
export function isPlainText(value: FactValue): value is string {
  return (
    typeof value === "string" && value !== "" && !numeric.test(value) && value !== "true" && value !== "false"
  );
}

export function numberOf(value: FactValue): number | undefined {
  if (typeof value === "number") return value;
  return typeof value === "string" && numeric.test(value) ? Number(value) : undefined;
}

/** A scalar as text; undefined for null, lists and objects. */
export function scalarText(value: FactValue): string | undefined {
  return value === null || typeof value === "object" ? undefined : String(value);
}

export function listOf(value: FactValue): readonly FactValue[] {
  return Array.isArray(value) ? (value as readonly FactValue[]) : [];
}

/** A membership test by the same equality in constant time; the list and the values are folded. */
export function membership(list: readonly FactValue[]): (left: Comparable) => boolean {
  const scalars = list.map(comparable);
  const exact = new Set(scalars);
  // Coercions: "80" is in [80], and true is in ["true"].
  const numbers = new Set(scalars.filter((each) => typeof each === "number"));
  const spelled = new Set(scalars.map((each) => numberOf(each ?? null)));
  return (left) => {
    if (left === undefined) return false;
    if (exact.has(left)) return true;
    if (typeof left === "number") return spelled.has(left);
    if (typeof left === "boolean") return exact.has(String(left));
    if (numbers.size > 0 && numeric.test(left) && numbers.has(Number(left))) return true;
    return (left === "true" && exact.has(true)) || (left === "false" && exact.has(false));
  };
}
