import { likePattern } from "../oracle.ts";
import type { Condition, Leaf, Rule } from "../rule.ts";
import { bounds } from "../oracle.ts";
import { peer, type Compiled, type Engine } from "./engine.ts";
import { nested } from "./nested.ts";

interface JsonLogic {
  readonly LogicEngine: new () => {
    addMethod(
      name: string,
      method: (parameters: readonly unknown[]) => unknown,
      options?: { deterministic?: boolean; sync?: boolean },
    ): void;
    build(logic: unknown): (data: unknown) => unknown;
  };
}

const module = await peer<JsonLogic>("json-logic-engine");

/** json-logic-engine, compiled: the whole policy is one chain that returns the number of its first true rule. */
export const jsonLogic: Engine | undefined = module && {
  name: "json-logic-engine",
  compile: (rules) => compile(rules, module),
};

const precedence: readonly Rule["effect"][] = ["reject", "hold", "approve"];

function compile(rules: readonly Rule[], { LogicEngine }: JsonLogic): Compiled {
  const engine = new LogicEngine();
  const patterns = new Map<unknown, RegExp>();
  engine.addMethod(
    "like",
    ([text, pattern]) => {
      const known = patterns.get(pattern) ?? likePattern(String(pattern));
      patterns.set(pattern, known);
      return typeof text === "string" && known.test(text);
    },
    { deterministic: true, sync: true },
  );
  engine.addMethod(
    "startsWith",
    ([text, part]) => typeof text === "string" && text.startsWith(String(part)),
    { deterministic: true, sync: true },
  );
  const ordered = precedence.flatMap((effect) => rules.filter((rule) => rule.effect === effect));
  const decisions = ordered.map(({ effect, name }) => ({ kind: effect, rule: name }));
  const first = engine.build({ if: [...ordered.flatMap((rule, index) => [translate(rule.if), index]), -1] });
  return { prepare: nested, decide: (data) => decisions[first(data) as number] ?? { kind: "hold" } };
}

function translate(condition: Condition): unknown {
  if ("allOf" in condition) return { and: condition.allOf.map(translate) };
  if ("anyOf" in condition) return { or: condition.anyOf.map(translate) };
  return "not" in condition ? { "!": [translate(condition.not)] } : translateLeaf(condition);
}

function translateLeaf({ field, operator, right }: Leaf): unknown {
  const value = { var: field };
  const there = { "!==": [{ var: [field, null] }, null] };
  switch (operator) {
    case "equals":
      return { "===": [value, right] };
    case "notEquals":
      return { "!==": [value, right] };
    case "in":
      return { in: [value, right] };
    case "notIn":
      return { "!": [{ in: [value, right] }] };
    case "like":
      return translateLike(value, String(right));
    case "contains":
      return { in: [right, value] };
    case "exists":
      return right === true ? there : { "!": [there] };
    case "less":
      return { "<": [value, right] };
    case "greater":
      return { ">": [value, right] };
    case "greaterOrEquals":
      return { ">=": [value, right] };
    case "within":
      return { or: (right as readonly string[]).map(translateRange) };
  }
}

function translateLike(value: unknown, pattern: string): unknown {
  const [first = "", middle = "", last = "", ...rest] = pattern.split("*");
  if (rest.length === 0 && first === "" && last === "" && pattern.length > middle.length + 1)
    return { in: [middle, value] };
  if (pattern.endsWith("*") && !first.includes("*") && middle === "" && last === "")
    return { startsWith: [value, first] };
  return { like: [value, pattern] };
}

function translateRange(range: string): unknown {
  const [from, to] = bounds(range);
  return {
    and: [{ ">=": [{ var: "endpoint.subnet.from" }, from] }, { "<=": [{ var: "endpoint.subnet.to" }, to] }],
  };
}
