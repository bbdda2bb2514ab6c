import type { FactValue } from "./fact.ts";

/** A folded scalar ready to be compared; undefined for a list or an object, which equal no scalar. */
export type Comparable = string | number | boolean | undefined;

export function comparable(value: FactValue): Comparable {
  if (value === null) return "";
  return typeof value === "object" ? undefined : value;
}

const numeric = /^-?\d+(\.\d+)?$/;

/** Equality with Azure Policy's coercions: "80" equals 80, "TRUE" equals true. Texts are folded already. */
export function sameScalar(left: Comparable, right: Comparable): boolean {
  if (left === undefined || right === undefined) return false;
  if (left === right) return true;
  if (typeof left === "string") return coerces(left, right);
  return typeof right === "string" && coerces(right, left);
}

function coerces(text: string, other: string | number | boolean): boolean {
  if (typeof other === "number") return numeric.test(text) && Number(text) === other;
  return typeof other === "boolean" && text === String(other);
}

/** Whether a folded text equals nothing but itself: neither a number nor a truth value can be meant by it. */
export function isPlainText(value: FactValue): value is string {
  return (
    typeof value === "string" && value !== "" && !numeric.test(value) && value !== "true" && value !== "false"
  );
}

export function numberOf(value: FactValue): number | undefined {
  if (typeof value === "number") return value;
  return typeof value === "string" && numeric.test(value) ? Number(value) : undefined;
}

/** A scalar as text; undefined for what is missing and for lists and objects. */
export function scalarText(value: FactValue): string | undefined {
  if (typeof value === "string") return value;
  return value === null || typeof value === "object" ? undefined : String(value);
}

export function listOf(value: FactValue): readonly FactValue[] {
  return Array.isArray(value) ? (value as readonly FactValue[]) : [];
}

/** Membership by the same equality, prepared so that asking costs the same for any length; folded on both sides. */
export function membership(list: readonly FactValue[]): (left: Comparable) => boolean {
  const scalars = list.map(comparable);
  const exact = new Set(scalars);
  exact.delete(undefined);
  // "80" in [80], true in ["true"]: what a list holds is found under its other spelling too.
  const numbers = new Set(scalars.filter((each) => typeof each === "number"));
  const spelled = new Set(scalars.map((each) => (typeof each === "string" ? numberOf(each) : undefined)));
  return (left) => {
    if (exact.has(left)) return true;
    if (typeof left === "number") return spelled.has(left);
    if (typeof left === "boolean") return exact.has(String(left));
    if (left === undefined || exact.size === 0) return false;
    if (numbers.size > 0 && numeric.test(left) && numbers.has(Number(left))) return true;
    return (left === "true" && exact.has(true)) || (left === "false" && exact.has(false));
  };
}
