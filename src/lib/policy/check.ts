import { checkCondition, restsOnPlatform, type Scope } from "./check-condition.ts";
import { operandOf } from "./check-operand.ts";
import type { Parameters } from "./expression.ts";
import type { FactValue } from "./fact.ts";
import type { Catalogue } from "./field.ts";
import { entriesOf, textAt } from "./keys.ts";
import type { Source } from "./parse.ts";
import type { Effect, Policy, Rule } from "./policy.ts";
import type { Problems } from "./problem.ts";

const rulesMax = 10_000;
const effects: readonly string[] = ["approve", "reject", "hold"] satisfies readonly Effect[];

/** One file of a policy. `default` is absent where the file does not set it. */
export interface PolicyFile extends Omit<Policy, "default"> {
  readonly default?: Policy["default"];
}

/**
 * A located tree to a policy whose every name is known and every operand fits.
 * Reports all problems that it finds; the result counts only where there were none.
 * `values` are the parameters' values from outside, by lower-cased name.
 */
export function check(
  source: Source,
  catalogue: Catalogue,
  values: Parameters,
  problems: Problems,
): PolicyFile {
  const keys = entriesOf(source, ["name", "description", "parameters", "rules", "default"], problems);
  const parameters = checkParameters(keys.get("parameters"), values, problems);
  const fallback = checkDefault(keys.get("default"), problems);
  return {
    name: textAt(source, keys, "name", problems),
    rules: checkRules(source, keys.get("rules"), { catalogue, parameters, problems }),
    ...(fallback === undefined ? {} : { default: fallback }),
  };
}

function checkParameters(source: Source | undefined, values: Parameters, problems: Problems): Parameters {
  const parameters = new Map<string, FactValue>();
  if (source === undefined) return parameters;
  if (source.kind !== "map") {
    problems.add(source.at, "parameters must be a mapping of names to { type, defaultValue }");
    return parameters;
  }
  for (const { key, keyAt, value } of source.entries) {
    const keys = entriesOf(value, ["type", "defaultValue", "description"], problems);
    const declared = keys.get("defaultValue");
    const type = textAt(value, keys, "type", problems);
    const given = values.get(key.toLowerCase()) ?? (declared === undefined ? undefined : operandOf(declared));
    if (given === undefined) problems.add(keyAt, `parameter "${key}" has neither a default nor a value`);
    else if (type !== "" && !fits(type, given))
      problems.add(keyAt, `parameter "${key}" must be ${type}, and its value is not`);
    else parameters.set(key.toLowerCase(), given);
  }
  return parameters;
}

const parameterTypes: Readonly<Record<string, (value: FactValue) => boolean>> = {
  array: (value) => Array.isArray(value),
  string: (value) => typeof value === "string",
  boolean: (value) => typeof value === "boolean",
  integer: (value) => Number.isInteger(value),
};

function fits(type: string, value: FactValue): boolean {
  const test = Object.hasOwn(parameterTypes, type.toLowerCase())
    ? parameterTypes[type.toLowerCase()]
    : undefined;
  return test?.(value) ?? false;
}

function checkDefault(source: Source | undefined, problems: Problems): Policy["default"] | undefined {
  if (source === undefined) return undefined;
  const value = source.kind === "scalar" ? source.value : undefined;
  if (value === "hold" || value === "reject") return value;
  problems.add(source.at, "default must be hold or reject; approving is what rules are for");
  return undefined;
}

function checkRules(policy: Source, source: Source | undefined, scope: Scope): readonly Rule[] {
  if (source?.kind !== "list") {
    scope.problems.add(source?.at ?? policy.at, "rules must be a list, even an empty one: rules: []");
    return [];
  }
  if (source.items.length > rulesMax)
    scope.problems.add(
      source.at,
      `there are ${source.items.length} rules, and at most ${rulesMax} may be loaded`,
    );
  return source.items
    .slice(0, rulesMax)
    .flatMap((item, index) => checkRule(item, `rules[${index}]`, scope) ?? []);
}

function checkRule(source: Source, path: string, scope: Scope): Rule | undefined {
  const keys = entriesOf(source, ["name", "description", "if", "then"], scope.problems);
  const name = textAt(source, keys, "name", scope.problems);
  const then = checkThen(source, keys.get("then"), scope.problems);
  const condition = keys.get("if");
  if (condition === undefined) scope.problems.add(source.at, "a rule needs an if");
  const checked = condition === undefined ? undefined : checkCondition(condition, `${path}.if`, scope);
  if (checked === undefined || then === undefined) return undefined;
  if (then.effect === "approve" && !restsOnPlatform(checked))
    scope.problems.add(
      condition?.at ?? source.at,
      `rule "${name}" would approve on what the requester chose alone (message, names, tags); ` +
        "add a condition on something that the platform vouches for, such as endpoint.subscriptionId",
    );
  return { name, if: checked, ...then };
}

function checkThen(rule: Source, source: Source | undefined, problems: Problems) {
  if (source === undefined) {
    problems.add(rule.at, "a rule needs a then: { effect: approve | reject | hold }");
    return undefined;
  }
  const keys = entriesOf(source, ["effect", "reason"], problems);
  const effect = textAt(source, keys, "effect", problems).toLowerCase();
  if (effect === "") return undefined;
  if (!effects.includes(effect)) {
    problems.add(
      keys.get("effect")?.at ?? source.at,
      `there is no effect "${effect}"; it is one of ${effects.join(", ")}`,
    );
    return undefined;
  }
  const reason = keys.has("reason") ? textAt(source, keys, "reason", problems) : undefined;
  return { effect: effect as Effect, ...(reason === undefined ? {} : { reason }) };
}
