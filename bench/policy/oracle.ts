import type { Request } from "./requests.ts";
import type { Condition, Leaf, Rule } from "./rule.ts";

export interface Decision {
  readonly kind: Rule["effect"];
  /** The first true rule of that effect; undefined for the default. */
  readonly rule?: string;
}

/** The answer that every engine must give, from an interpreter that is deliberately slow and simple. */
export function expected(rules: readonly Rule[], request: Request): Decision {
  for (const effect of ["reject", "hold", "approve"] as const) {
    const found = rules.find((rule) => rule.effect === effect && holds(rule.if, request));
    if (found !== undefined) return { kind: effect, rule: found.name };
  }
  return { kind: "hold" };
}

function holds(condition: Condition, request: Request): boolean {
  if ("allOf" in condition) return condition.allOf.every((member) => holds(member, request));
  if ("anyOf" in condition) return condition.anyOf.some((member) => holds(member, request));
  return "not" in condition ? !holds(condition.not, request) : leafHolds(condition, request);
}

function leafHolds({ field, operator, right }: Leaf, request: Request): boolean {
  const value = request[field];
  if (operator === "exists") return (value !== undefined) === right;
  if (value === undefined) return operator === "notEquals" || operator === "notIn";
  const list = (Array.isArray(right) ? right : [right]) as readonly unknown[];
  switch (operator) {
    case "equals":
      return value === right;
    case "notEquals":
      return value !== right;
    case "in":
      return list.includes(value);
    case "notIn":
      return !list.includes(value);
    case "like":
      return likePattern(String(right)).test(String(value));
    case "contains":
      return (value as string | readonly string[]).includes(String(right));
    case "less":
      return Number(value) < Number(right);
    case "greater":
      return Number(value) > Number(right);
    case "greaterOrEquals":
      return Number(value) >= Number(right);
    case "within":
      return list.some((range) => inside(String(range), String(value)));
  }
}

export function likePattern(text: string): RegExp {
  const parts = text.split("*").map((part) => part.replaceAll(/[.+?^${}()|[\]\\]/g, String.raw`\$&`));
  return new RegExp(`^${parts.join("[^]*")}$`);
}

function inside(outer: string, inner: string): boolean {
  const [[from, to], [start, end]] = [bounds(outer), bounds(inner)];
  return from <= start && end <= to;
}

/** The first and the last address of an IPv4 CIDR. */
export function bounds(cidr: string): readonly [number, number] {
  const [address = "", bits = "32"] = cidr.split("/");
  const value = address.split(".").reduce((sum, part) => sum * 256 + Number(part), 0);
  const size = 2 ** (32 - Number(bits));
  const from = Math.floor(value / size) * size;
  return [from, from + size - 1];
}
