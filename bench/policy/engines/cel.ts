import { bounds, likePattern } from "../oracle.ts";
import type { Condition, Leaf, Rule } from "../rule.ts";
import { peer, type Compiled, type Engine } from "./engine.ts";
import { nested } from "./nested.ts";

interface Cel {
  readonly parse: (expression: string) => (context: unknown) => unknown;
}

const module = await peer<Cel>("@marcbachmann/cel-js");

/** cel-js. Each rule is an expression that is parsed once. */
export const cel: Engine | undefined = module && {
  name: "@marcbachmann/cel-js",
  compile: (rules) => compile(rules, module),
};

const precedence: readonly Rule["effect"][] = ["reject", "hold", "approve"];

function compile(rules: readonly Rule[], { parse }: Cel): Compiled {
  const ordered = precedence.flatMap((effect) => rules.filter((rule) => rule.effect === effect));
  const compiled = ordered.map(({ effect, name, if: condition }) => ({
    holds: parse(translate(condition)),
    decision: { kind: effect, rule: name },
  }));
  return {
    prepare: nested,
    decide: (data) => compiled.find(({ holds }) => holds(data) === true)?.decision ?? { kind: "hold" },
  };
}

function translate(condition: Condition): string {
  if ("allOf" in condition) return `(${condition.allOf.map(translate).join(" && ")})`;
  if ("anyOf" in condition) return `(${condition.anyOf.map(translate).join(" || ")})`;
  return "not" in condition ? `!${translate(condition.not)}` : `(${translateLeaf(condition)})`;
}

/** A missing tag is an error in CEL, so that tags are tested first. Every other fact is always present. */
function translateLeaf(leaf: Leaf): string {
  const { field, operator, right } = leaf;
  if (operator === "exists") return right === true ? `has(${field})` : `!has(${field})`;
  const test = testOf(leaf);
  if (!field.startsWith("endpoint.tags.")) return test;
  return operator === "notEquals" || operator === "notIn"
    ? `!has(${field}) || ${test}`
    : `has(${field}) && ${test}`;
}

function testOf({ field, operator, right }: Leaf): string {
  switch (operator) {
    case "equals":
      return `${field} == ${literal(right)}`;
    case "notEquals":
      return `${field} != ${literal(right)}`;
    case "in":
      return `${field} in ${literal(right)}`;
    case "notIn":
      return `!(${field} in ${literal(right)})`;
    case "like":
      return translateLike(field, String(right));
    case "contains":
      return field === "requester.managementGroups"
        ? `${literal(right)} in ${field}`
        : `${field}.contains(${literal(right)})`;
    case "less":
      return `${field} < ${literal(right)}`;
    case "greater":
      return `${field} > ${literal(right)}`;
    case "greaterOrEquals":
      return `${field} >= ${literal(right)}`;
    case "within":
      return (right as readonly string[]).map(translateRange).join(" || ");
    case "exists":
      throw new Error("has() is translated before");
  }
}

function translateLike(field: string, pattern: string): string {
  const parts = pattern.split("*");
  if (parts.length === 3 && parts[0] === "" && parts[2] === "")
    return `${field}.contains(${literal(parts[1] ?? "")})`;
  if (parts.length === 2 && parts[1] === "") return `${field}.startsWith(${literal(parts[0] ?? "")})`;
  return `${field}.matches(${literal(likePattern(pattern).source)})`;
}

function translateRange(range: string): string {
  const [from, to] = bounds(range);
  return `(endpoint.subnet.from >= ${literal(from)} && endpoint.subnet.to <= ${literal(to)})`;
}

/** JavaScript's numbers are CEL's doubles. */
function literal(value: Leaf["right"]): string {
  if (typeof value === "number") return value.toFixed(1);
  return typeof value === "object" ? `[${value.map(literal).join(", ")}]` : JSON.stringify(value);
}
