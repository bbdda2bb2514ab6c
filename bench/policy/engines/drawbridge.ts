import type { CompiledPolicy } from "../../../src/lib/policy/compile/compile.ts";
import { prepare, type Env } from "../../../src/lib/policy/language/env.ts";
import { absent, type Fact } from "../../../src/lib/policy/values/fact.ts";
import { catalogue } from "../../../src/lib/policy/language/fields.ts";
import { judge } from "../../../src/lib/policy/evaluate/judge.ts";
import { load } from "../../../src/lib/policy/load.ts";
import type { PolicyText } from "../../../src/lib/policy/source/policy-text.ts";
import { formatProblem } from "../../../src/lib/policy/source/problem.ts";
import { names } from "../names.ts";
import type { Request } from "../requests.ts";
import type { Condition, Leaf, Rule } from "../rule.ts";
import type { Compiled, Engine } from "./engine.ts";

/** Our engine: three-valued, from the policy's text, able to explain. */
export const drawbridge: Engine = {
  name: "drawbridge",
  compile: (rules) => compiled(loadRules(rules)),
};

export const benchCatalogue = catalogue(
  names.map((name) => ({ name, type: "any", assertedBy: "platform", source: "document", description: "" })),
);

/** The slots are fixed in advance, so that no fact is looked up by name. */
export function factsOf(request: Request): Fact[] {
  return names.map((name) => {
    const value = request[name];
    return value === undefined ? absent : { kind: "known", value };
  });
}

const filesOf = 250;

export function textsOf(rules: readonly Rule[]): PolicyText[] {
  return Array.from({ length: Math.ceil(rules.length / filesOf) }, (_, index) => ({
    file: `${index}.json`,
    text: JSON.stringify({
      name: `part ${index}`,
      rules: rules.slice(index * filesOf, (index + 1) * filesOf).map(translateRule),
    }),
  }));
}

export function loadRules(rules: readonly Rule[]): CompiledPolicy {
  const loaded = load(textsOf(rules), benchCatalogue, { enforcing: false });
  if (loaded.kind === "invalid") throw new Error(loaded.problems.map(formatProblem).slice(0, 5).join("\n"));
  return loaded.compiled;
}

function compiled(policy: CompiledPolicy): Compiled {
  return {
    prepare: (request) => prepare(factsOf(request), policy.layout, 0),
    decide: (env) => judge(policy, env as Env),
  };
}

function translateRule({ name, effect, if: condition }: Rule) {
  return { name, if: translate(condition), then: { effect } };
}

function translate(condition: Condition): unknown {
  if ("allOf" in condition) return { allOf: condition.allOf.map(translate) };
  if ("anyOf" in condition) return { anyOf: condition.anyOf.map(translate) };
  return "not" in condition ? { not: translate(condition.not) } : translateLeaf(condition);
}

function translateLeaf({ field, operator, right }: Leaf): unknown {
  if (operator !== "within") return { field, [operator]: right };
  const ranges = (right as readonly string[]).map((range) => ({
    value: `[ipRangeContains('${range}', field('${field}'))]`,
    equals: true,
  }));
  return ranges.length === 1 ? ranges[0] : { anyOf: ranges };
}
