import type { FactValue } from "./fact.ts";

/** Decides a value that was read; absent arrives as null. */
export type Test = (value: FactValue) => boolean;

interface Operator {
  /** What is wrong with the right side, or undefined where nothing is. */
  readonly refuses: (operand: FactValue) => string | undefined;
  /** Prepares the right side once, so that a decision only compares. */
  readonly test: (operand: FactValue) => Test;
}

/** Azure Policy's operators with its meaning of missing data: missing is null, and null equals "". */
export const operators = {
  equals: { refuses: unlessScalar, test: equals },
  notEquals: { refuses: unlessScalar, test: (operand) => negate(equals(operand)) },
  in: { refuses: unlessList, test: isIn },
  notIn: { refuses: unlessList, test: (operand) => negate(isIn(operand)) },
  like: { refuses: unlessText, test: like },
  contains: { refuses: unlessScalar, test: contains },
  exists: { refuses: unlessBoolean, test: exists },
} as const satisfies Record<string, Operator>;

export type OperatorName = keyof typeof operators;

export const operatorNames = Object.keys(operators) as readonly OperatorName[];

/** Case folding that makes "straße" equal "STRASSE". */
export function fold(text: string): string {
  return text.toUpperCase().toLowerCase();
}

export function negate(test: Test): Test {
  return (value) => !test(value);
}

function equals(operand: FactValue): Test {
  const right = comparable(operand);
  return (value) => sameScalar(comparable(value), right);
}

/** A scalar ready to be compared; undefined for a list or an object, which equal no scalar. */
type Comparable = string | number | boolean | undefined;

function comparable(value: FactValue): Comparable {
  if (value === null) return "";
  if (typeof value === "string") return fold(value);
  return typeof value === "object" ? undefined : value;
}

/** Equality with Azure Policy's coercions: "80" equals 80, "TRUE" equals true. */
function sameScalar(left: Comparable, right: Comparable): boolean {
  if (left === undefined || right === undefined) return false;
  if (left === right) return true;
  if (typeof left === "string") return coerces(left, right);
  return typeof right === "string" && coerces(right, left);
}

function coerces(text: string, other: string | number | boolean): boolean {
  if (typeof other === "number") return /^-?\d+(\.\d+)?$/.test(text) && Number(text) === other;
  return typeof other === "boolean" && text === String(other);
}

/** Membership by the same equality, but what is missing is in nothing. */
function isIn(operand: FactValue): Test {
  const list = (Array.isArray(operand) ? (operand as readonly FactValue[]) : []).map(comparable);
  return (value) => {
    if (value === null) return false;
    const left = comparable(value);
    return list.some((right) => sameScalar(left, right));
  };
}

/** `*` stands for any run of characters. The parts between stars are found in order, so the time stays linear. */
function like(operand: FactValue): Test {
  const [first = "", ...rest] = (textOf(operand) ?? "").split("*");
  return (value) => {
    const text = textOf(value);
    if (text === undefined) return false;
    const last = rest.at(-1);
    if (last === undefined) return text === first;
    if (!text.startsWith(first) || !text.endsWith(last)) return false;
    let from = first.length;
    for (const part of rest.slice(0, -1)) {
      const found = text.indexOf(part, from);
      if (found < 0) return false;
      from = found + part.length;
    }
    return from <= text.length - last.length;
  };
}

/** In text a substring, in a list an element, in an object a key. */
function contains(operand: FactValue): Test {
  const right = comparable(operand);
  const part = textOf(operand) ?? "";
  return (value) => {
    if (Array.isArray(value))
      return (value as readonly FactValue[]).some((element) => sameScalar(comparable(element), right));
    if (typeof value === "object" && value !== null)
      return Object.keys(value).some((key) => fold(key) === part);
    return textOf(value)?.includes(part) ?? false;
  };
}

function exists(operand: FactValue): Test {
  const wanted = textOf(operand) === "true";
  return (value) => (value !== null) === wanted;
}

/** A scalar as case-folded text; undefined for what is missing and for lists and objects. */
function textOf(value: FactValue): string | undefined {
  return value === null || typeof value === "object" ? undefined : fold(String(value));
}

function unlessScalar(operand: FactValue): string | undefined {
  return operand !== null && typeof operand === "object"
    ? "text, a number, true or false must stand here, not a list or an object"
    : undefined;
}

function unlessList(operand: FactValue): string | undefined {
  return Array.isArray(operand) ? undefined : "a list must stand here";
}

function unlessText(operand: FactValue): string | undefined {
  return typeof operand === "string" ? undefined : "text must stand here";
}

function unlessBoolean(operand: FactValue): string | undefined {
  return ["true", "false"].includes(textOf(operand) ?? "") ? undefined : "true or false must stand here";
}
