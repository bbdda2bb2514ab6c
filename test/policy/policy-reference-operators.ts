import type { FactValue } from "../../src/lib/policy/values/fact.ts";

/** The tables of operators a second time; truth is "T", "F" or "U". */
export type Truth = "T" | "F" | "U";

export const and = (a: Truth, b: Truth): Truth =>
  a === "F" || b === "F" ? "F" : a === "U" || b === "U" ? "U" : "T";
export const or = (a: Truth, b: Truth): Truth =>
  a === "T" || b === "T" ? "T" : a === "U" || b === "U" ? "U" : "F";
export const negate = (a: Truth): Truth => (a === "T" ? "F" : a === "F" ? "T" : "U");
const bool = (value: boolean): Truth => (value ? "T" : "F");

export function keyOf(value: FactValue, key: string): FactValue {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return null;
  const object = value as Readonly<Record<string, FactValue>>;
  if (Object.hasOwn(object, key)) return object[key] ?? null;
  const [name] = Object.keys(object)
    .filter((each) => foldName(each) === foldName(key))
    .toSorted();
  return name === undefined ? null : (object[name] ?? null);
}

export function foldName(text: string): string {
  return text.toUpperCase().toLowerCase();
}

export function compare(value: FactValue, operator: string, right: FactValue, isLocation: boolean): Truth {
  const operand = isLocation && operator !== "exists" ? spaceless(right) : right;
  switch (operator) {
    case "equals":
      return bool(same(value, operand));
    case "in":
      return bool(value !== null && (operand as FactValue[]).some((each) => same(value, each)));
    case "like":
      return bool(isScalar(value) && pattern(textOf(operand)).test(foldName(String(value))));
    case "contains":
      return bool(containing(value, operand));
    case "containsKey":
      return bool(
        typeof value === "object" &&
          value !== null &&
          !Array.isArray(value) &&
          Object.keys(value).some((key) => foldName(key) === foldName(textOf(operand))),
      );
    case "exists":
      return bool((value !== null) === (operand === true || foldName(textOf(operand)) === "true"));
    case "less":
    case "greater":
    case "lessOrEquals":
    case "greaterOrEquals":
      return ordered(value, operator, operand);
    default:
      return negate(
        compare(value, `${operator.charAt(3).toLowerCase()}${operator.slice(4)}`, right, isLocation),
      );
  }
}

function spaceless(value: FactValue): FactValue {
  if (Array.isArray(value)) return value.map((each: FactValue) => spaceless(each));
  return typeof value === "string" ? value.replaceAll(" ", "").toLowerCase() : value;
}

function isScalar(value: FactValue): value is string | number | boolean {
  return value !== null && typeof value !== "object";
}

function same(a: FactValue, b: FactValue): boolean {
  const [left, right] = [a ?? "", b ?? ""];
  if (typeof left === "object" || typeof right === "object") return false;
  if (typeof left === typeof right)
    return typeof left === "string" ? foldName(left) === foldName(String(right)) : left === right;
  const [text, other] = typeof left === "string" ? [left, right] : [right, left];
  if (typeof text !== "string") return false;
  return typeof other === "number"
    ? isNumeric(text) && Number(text) === other
    : foldName(text) === String(other);
}

const isNumeric = (text: string) => /^-?\d+(\.\d+)?$/.test(text);

function pattern(text: string): RegExp {
  const parts = foldName(text)
    .split("*")
    .map((part) => part.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`));
  return new RegExp(`^${parts.join("[^]*")}$`);
}

function containing(value: FactValue, operand: FactValue): boolean {
  if (value === null) return false;
  if (Array.isArray(value)) return value.some((each: FactValue) => same(each, operand));
  if (typeof value === "object")
    return Object.keys(value).some((key) => foldName(key) === foldName(textOf(operand)));
  return foldName(String(value)).includes(foldName(textOf(operand)));
}

function ordered(value: FactValue, operator: string, operand: FactValue): Truth {
  if (value === null) return "F";
  const order = orderOf(value, operand);
  if (order === undefined) return "U";
  return bool(
    { less: order < 0, lessOrEquals: order <= 0, greater: order > 0, greaterOrEquals: order >= 0 }[
      operator
    ] ?? false,
  );
}

function orderOf(a: FactValue, b: FactValue): number | undefined {
  const number = (value: FactValue) =>
    typeof value === "number"
      ? value
      : typeof value === "string" && isNumeric(value)
        ? Number(value)
        : undefined;
  const [x, y] = [number(a), number(b)];
  if (x !== undefined && y !== undefined) return x - y;
  if (typeof a !== "string" || typeof b !== "string") return undefined;
  const instant = (text: string) =>
    /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/.test(text) ? Date.parse(text) : Number.NaN;
  if (!Number.isNaN(instant(a)) && !Number.isNaN(instant(b))) return instant(a) - instant(b);
  return foldName(a) < foldName(b) ? -1 : foldName(a) > foldName(b) ? 1 : 0;
}

export function textOf(value: FactValue | undefined): string {
  return value === null || value === undefined || typeof value === "object" ? "" : String(value);
}
