import { bounds, type Decision } from "../oracle.ts";
import type { Condition, Leaf, Rule } from "../rule.ts";
import { peer, type Compiled, type Engine } from "./engine.ts";
import { nested } from "./nested.ts";

type Answer =
  | { readonly type: "failure"; readonly errors: readonly { readonly message: string }[] }
  | {
      readonly type: "success";
      readonly response: {
        readonly decision: string;
        readonly diagnostics: { readonly reason: readonly string[]; readonly errors: readonly unknown[] };
      };
    };

interface Cedar {
  readonly preparsePolicySet: (
    id: string,
    policies: { readonly staticPolicies: string | Readonly<Record<string, string>> },
  ) => { readonly type: string; readonly errors?: unknown };
  readonly statefulIsAuthorized: (call: unknown) => Answer;
}

// The package's entry for Node is CommonJS, whose names arrive under `default`.
const imported = await peer<Cedar & { readonly default?: Cedar }>("@cedar-policy/cedar-wasm/nodejs");
const module = imported?.default ?? imported;

/** Cedar in WebAssembly. Reject and hold are both forbids, distinguished by the policies that determined the answer. */
export const cedar: Engine | undefined = module && {
  name: "Cedar (wasm)",
  compile: (rules) => compile(rules, module),
};

let sets = 0;

function compile(rules: readonly Rule[], { preparsePolicySet, statefulIsAuthorized }: Cedar): Compiled {
  const id = `set ${sets++}`;
  const effects = new Map(rules.map(({ name, effect }) => [name, effect]));
  const policies = rules.map(({ name, effect, if: condition }): [string, string] => [
    name,
    `${effect === "approve" ? "permit" : "forbid"}(principal, action, resource) when { ${translate(condition)} };`,
  ]);
  const parsed = preparsePolicySet(id, { staticPolicies: Object.fromEntries(policies) });
  if (parsed.type !== "success") throw new Error(`Cedar: ${JSON.stringify(parsed.errors).slice(0, 500)}`);
  const uid = (type: string) => ({ type, id: "a" });
  const call = {
    principal: uid("Requester"),
    action: uid("Action"),
    resource: uid("Service"),
    preparsedPolicySetId: id,
    entities: [],
  };
  return {
    prepare: nested,
    decide: (context) => {
      const answer = statefulIsAuthorized({ ...call, context });
      if (answer.type === "failure") throw new Error(`Cedar: ${answer.errors[0]?.message}`);
      return decisionOf(answer.response.diagnostics.reason, effects);
    },
  };
}

function decisionOf(reasons: readonly string[], effects: ReadonlyMap<string, Rule["effect"]>): Decision {
  for (const kind of ["reject", "hold", "approve"] as const) {
    const rule = reasons.filter((name) => effects.get(name) === kind).toSorted()[0];
    if (rule !== undefined) return { kind, rule };
  }
  return { kind: "hold" };
}

function translate(condition: Condition): string {
  if ("allOf" in condition) return `(${condition.allOf.map(translate).join(" && ")})`;
  if ("anyOf" in condition) return `(${condition.anyOf.map(translate).join(" || ")})`;
  return "not" in condition ? `!${translate(condition.not)}` : `(${translateLeaf(condition)})`;
}

function translateLeaf(leaf: Leaf): string {
  const { field, operator, right } = leaf;
  const [tag] = /(?<=^endpoint\.tags\.)\w+$/.exec(field) ?? [];
  const there = `context.endpoint.tags has ${tag}`;
  if (operator === "exists") return right === true ? there : `!(${there})`;
  const test = testOf(leaf);
  if (tag === undefined) return test;
  return operator === "notEquals" || operator === "notIn" ? `!(${there}) || ${test}` : `${there} && ${test}`;
}

function testOf({ field, operator, right }: Leaf): string {
  const value = `context.${field}`;
  const list = () =>
    `[${(right as readonly (string | number)[]).map((each) => JSON.stringify(each)).join(", ")}]`;
  switch (operator) {
    case "equals":
      return `${value} == ${JSON.stringify(right)}`;
    case "notEquals":
      return `${value} != ${JSON.stringify(right)}`;
    case "in":
      return `${list()}.contains(${value})`;
    case "notIn":
      return `!(${list()}.contains(${value}))`;
    case "like":
      return `${value} like ${JSON.stringify(right)}`;
    case "contains":
      return field === "requester.managementGroups"
        ? `${value}.contains(${JSON.stringify(right)})`
        : `${value} like ${JSON.stringify(`*${String(right)}*`)}`;
    case "less":
      return `${value} < ${String(right)}`;
    case "greater":
      return `${value} > ${String(right)}`;
    case "greaterOrEquals":
      return `${value} >= ${String(right)}`;
    case "within":
      return (right as readonly string[]).map(translateRange).join(" || ");
    case "exists":
      throw new Error("has is translated before");
  }
}

function translateRange(range: string): string {
  const [from, to] = bounds(range);
  return `(context.endpoint.subnet.from >= ${from} && context.endpoint.subnet.to <= ${to})`;
}
