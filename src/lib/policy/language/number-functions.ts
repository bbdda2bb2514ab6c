import { fail } from "./function-argument.ts";

/** Template functions for integers ("Numeric functions for ARM templates"). */
export const add = (left: number, right: number) => whole(left + right);
export const sub = (left: number, right: number) => whole(left - right);
export const mul = (left: number, right: number) => whole(left * right);
export const div = (left: number, right: number) => whole(Math.trunc(left / right));
export const mod = (left: number, right: number) => whole(left % right);

export function least(first: number | readonly number[], ...others: readonly number[]): number {
  return extreme(Math.min, first, others);
}

export function most(first: number | readonly number[], ...others: readonly number[]): number {
  return extreme(Math.max, first, others);
}

/** The extreme of one list, or of the arguments. */
function extreme(
  pick: (left: number, right: number) => number,
  first: number | readonly number[],
  others: readonly number[],
): number {
  const numbers = typeof first === "number" ? [first, ...others] : first;
  if (typeof first !== "number" && others.length > 0)
    return fail("expected either one list or whole numbers");
  return numbers.length === 0 ? fail("the list is empty") : numbers.reduce((a, b) => pick(a, b));
}

/** Returns a safe integer, with 0 for -0. @throws {FunctionFailed} for larger numbers */
function whole(value: number): number {
  return Number.isSafeInteger(value) ? value + 0 : fail("the result is too large");
}

const integerText = /^-?\d{1,15}$/;
const floatText = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d{1,3})?$/i;

export function isIntegerText(text: string): boolean {
  return integerText.test(text);
}

export function isFloatText(text: string): boolean {
  return floatText.test(text) && Number.isFinite(Number(text));
}

export function int(value: string | number): number {
  return whole(Math.trunc(Number(value)));
}

export function range(start: number, count: number): readonly number[] {
  return Array.from({ length: count }, (_, index) => start + index);
}
