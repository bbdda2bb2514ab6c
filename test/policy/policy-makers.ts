import type { CompiledPolicy } from "../../src/lib/policy/compile/compile.ts";
import { prepare, type Env } from "../../src/lib/policy/language/env.ts";
import { evaluate } from "../../src/lib/policy/evaluate/evaluate.ts";
import { absent, type Fact, type Facts, type FactValue } from "../../src/lib/policy/values/fact.ts";
import { connectionCatalogue, fields, type FieldName } from "../../src/lib/policy/language/fields.ts";
import type { Condition } from "../../src/lib/policy/language/policy.ts";
import { load } from "../../src/lib/policy/load.ts";
import { formatProblem } from "../../src/lib/policy/source/problem.ts";
import type { Verdict } from "../../src/lib/policy/evaluate/verdict.ts";

export type Given = Partial<Record<FieldName, Fact>>;

/** A policy that loads, from its text; as one that only observes, so that what no author can mean is only warned of. */
export function policyOf(text: string, values: Record<string, FactValue> = {}): CompiledPolicy {
  const given = new Map(Object.entries(values).map(([name, value]) => [name.toLowerCase(), value]));
  const loaded = load([{ file: "policy.yaml", text }], connectionCatalogue, {
    values: given,
    enforcing: false,
  });
  if (loaded.kind === "invalid") throw new Error(loaded.problems.map(formatProblem).join("\n"));
  return loaded.compiled;
}

/** What is said about a text, errors and warnings. */
export function problemsOf(text: string, enforcing = true): string[] {
  const loaded = load([{ file: "policy.yaml", text }], connectionCatalogue, { enforcing });
  const found = (loaded.kind === "invalid" ? loaded.problems : loaded.warnings).map(formatProblem);
  // Many tests declare parameters once, for conditions of which each uses some.
  return found.filter((each) => !/: warning: parameter "\w+" is not used/.test(each));
}

/** A policy of one rule with this condition. */
export const ruleOf = (condition: string, effect = "approve") =>
  `name: p\nrules: [{ name: r, if: ${condition}, then: { effect: ${effect} } }]`;

export const allOf = (...conditions: string[]) => `{ allOf: [${conditions.join(", ")}] }`;

/** The errors about a policy, without warnings. */
export const errorsOf = (text: string) => problemsOf(text).filter((each) => !each.includes(": warning: "));

export const subscription = "11111111-1111-4111-8111-111111111111";

/** A condition on a value that the requester chose. */
export const named = '{ field: endpoint.name, like: "pe-*" }';

/** A condition as it is checked when a policy loads. */
export function conditionOf(text: string): Condition {
  const [rule] = policyOf(ruleOf(text)).policy.rules;
  if (rule === undefined) throw new Error(`no rule has the condition ${text}`);
  return rule.if;
}

/** Every fact is absent but those that are given. */
export function factsOf(given: Given): Facts {
  return fields.map(({ name }) => given[name] ?? absent);
}

export const noon = Date.parse("2026-11-24T12:00:00Z");

export function envOf(compiled: CompiledPolicy, given: Given, now = noon): Env {
  return prepare(factsOf(given), compiled.layout, now);
}

export function verdictOf(policy: string | CompiledPolicy, given: Given, now = noon): Verdict {
  const compiled = typeof policy === "string" ? policyOf(policy) : policy;
  return evaluate(compiled, envOf(compiled, given, now));
}

/** `true`, `false` or `unknown`: the truth of the condition of a policy's only rule, which rejects. */
export function truthIn(policy: string, given: Given): string {
  const verdict = verdictOf(policy, given);
  if (verdict.kind === "reject") return "true";
  return verdict.rule === undefined ? "false" : "unknown";
}
