import fc from "fast-check";
import { afterAll, describe, expect, it } from "vitest";
import { check, fullBudget } from "../../src/lib/policy/check/check.ts";
import { compile, type CompiledPolicy } from "../../src/lib/policy/compile/compile.ts";
import { prepare } from "../../src/lib/policy/language/env.ts";
import { evaluate } from "../../src/lib/policy/evaluate/evaluate.ts";
import { explain } from "../../src/lib/policy/evaluate/explain.ts";
import { connectionCatalogue } from "../../src/lib/policy/language/fields.ts";
import { parse } from "../../src/lib/policy/source/parse.ts";
import { formatProblem, problemsOf, type Problem } from "../../src/lib/policy/source/problem.ts";
import { factList, factsArbitrary, settled } from "./fact-arbitraries.ts";
import {
  decisivePolicyArbitrary,
  indexedPolicyArbitrary,
  policyArbitrary,
  ruleArbitrary,
} from "./policy-arbitraries.ts";
import { declarationsFor } from "./policy-member-arbitraries.ts";
import { noon } from "./policy-makers.ts";
import { referenceVerdict, type FactsByName, type PolicyJson } from "./policy-reference.ts";
import { policyRuns } from "../property-runs.ts";

/** Properties of the same arbitrary are given the same policies, and compiling one takes longer than all the rest. */
const compiledPolicies = new Map<string, CompiledPolicy>();
afterAll(() => {
  compiledPolicies.clear();
});

function compiledOf(policy: PolicyJson): CompiledPolicy {
  const text = JSON.stringify({ ...policy, parameters: declarationsFor(policy.rules) });
  const compiled = compiledPolicies.get(text) ?? compiledFrom(text);
  compiledPolicies.set(text, compiled);
  return compiled;
}

/**
 * From its text, as every policy comes, and without the analysis, which warns the author and changes no verdict: it
 * takes a fifth of the time. As one that only observes, since random rules are not prudent.
 */
function compiledFrom(text: string): CompiledPolicy {
  const problems: Problem[] = [];
  const into = problemsOf("p.json", problems);
  const source = parse(text, into);
  if (source === undefined) throw new Error(problems.map(formatProblem).join("\n"));
  const given = { values: new Map<string, never>(), places: new Map<string, never>() };
  const checked = check(source, { catalogue: connectionCatalogue, given, budget: fullBudget() }, into);
  const errors = problems.filter(({ severity }) => severity === "error");
  if (errors.length > 0) throw new Error(errors.map(formatProblem).join("\n"));
  return compile({ default: "hold", revoke: "never", ...checked }, connectionCatalogue);
}

function verdictOf(compiled: CompiledPolicy, facts: FactsByName) {
  return evaluate(compiled, prepare(factList(facts), compiled.layout, noon));
}

/** Compiling a policy costs more than asking it. */
const several = { minLength: 30, maxLength: 30 };
const few = { minLength: 10, maxLength: 10 };

/** How much a verdict lets through, so that "weaker" has a meaning. */
const strictness = { reject: 2, hold: 1, approve: 0 };

describe("a policy", () => {
  it("says what a slow evaluator says, written straight from the tables", () => {
    fc.assert(
      fc.property(policyArbitrary, fc.array(factsArbitrary, few), (policy, list) => {
        const compiled = compiledOf(policy);
        const said = list.map((facts) => {
          const { kind, rule } = verdictOf(compiled, facts);
          return { kind, ...(rule === undefined ? {} : { rule }) };
        });
        expect(said).toEqual(list.map((facts) => referenceVerdict(policy, facts, noon)));
      }),
      policyRuns,
    );
  });

  it("says the same where its rules are found by index, among them those that an unknown fact could make true", () => {
    fc.assert(
      fc.property(indexedPolicyArbitrary, fc.array(factsArbitrary, several), (policy, list) => {
        const compiled = compiledOf(policy);
        const said = list.map((facts) => {
          const { kind, rule } = verdictOf(compiled, facts);
          return { kind, ...(rule === undefined ? {} : { rule }) };
        });
        expect(said).toEqual(list.map((facts) => referenceVerdict(policy, facts, noon)));
      }),
      policyRuns,
    );
  });

  it("approves or rejects the same whatever the unknown facts turn out to be", () => {
    const withSettled = factsArbitrary.chain((facts) => fc.tuple(fc.constant(facts), settled(facts)));
    let decided = 0;
    fc.assert(
      fc.property(decisivePolicyArbitrary, fc.array(withSettled, several), (policy, list) => {
        const compiled = compiledOf(policy);
        const changed = list.filter(([facts, later]) => {
          const { kind } = verdictOf(compiled, facts);
          decided += kind === "hold" ? 0 : 1;
          return kind !== "hold" && verdictOf(compiled, later).kind !== kind;
        });
        expect(changed).toEqual([]);
      }),
      policyRuns,
    );
    expect(decided).toBeGreaterThan(policyRuns.numRuns);
  });

  it("never lets an approve rule that is added weaken what a rule rejects or holds", () => {
    let refused = 0;
    fc.assert(
      fc.property(
        decisivePolicyArbitrary,
        ruleArbitrary(["approve"]),
        fc.array(factsArbitrary, several),
        (policy, rule, list) => {
          const compiled = compiledOf(policy);
          const more = compiledOf({ ...policy, rules: [...policy.rules, { name: "added", ...rule }] });
          const effects = new Map(policy.rules.map(({ name, then }) => [name, then.effect]));
          const weaker = list.filter((facts) => {
            const before = verdictOf(compiled, facts);
            const byRule = ["reject", "hold"].includes(effects.get(before.rule ?? "") ?? "");
            refused += byRule ? 1 : 0;
            return byRule && strictness[verdictOf(more, facts).kind] < strictness[before.kind];
          });
          expect(weaker).toEqual([]);
        },
      ),
      policyRuns,
    );
    expect(refused).toBeGreaterThan(policyRuns.numRuns);
  });

  it("does not depend on the order of rules or of keys", () => {
    fc.assert(
      fc.property(policyArbitrary, factsArbitrary, (policy, facts) => {
        const turned = reversedKeys({ ...policy, rules: policy.rules.toReversed() }) as PolicyJson;
        expect(verdictOf(compiledOf(turned), facts)).toEqual(verdictOf(compiledOf(policy), facts));
      }),
      policyRuns,
    );
  });

  it("names with every hold for want of facts the facts that would settle it, and they are unknown", () => {
    fc.assert(
      fc.property(policyArbitrary, factsArbitrary, (policy, facts) => {
        const { unknown, reasons } = verdictOf(compiledOf(policy), facts);
        // Whatever "cannot be decided" is owed to a fact; a window that is closed is owed to the time.
        expect(reasons.some((reason) => reason.includes("cannot be")) && unknown.length === 0).toBe(false);
        // A limit cannot be told either where there is nothing to count, and a function may fail on what is known.
        const read = unknown.filter(
          ({ field, reason }) => !field.startsWith("counts.") && reason !== "function-failed",
        );
        expect(read.map(({ field }) => factAt(field, facts))).toEqual(
          read.map(({ reason }) => ({ kind: "unknown", reason })),
        );
      }),
      policyRuns,
    );
  });

  it("can be explained, each rule with the truth that it was judged by", () => {
    fc.assert(
      fc.property(policyArbitrary, fc.array(factsArbitrary, several), (policy, list) => {
        const compiled = compiledOf(policy);
        const wrong = list.filter((facts) => {
          const env = prepare(factList(facts), compiled.layout, noon);
          const verdict = evaluate(compiled, env);
          const deciding = explain(compiled, env).find(({ name }) => name === verdict.rule);
          return verdict.kind !== "hold" && verdict.rule !== undefined && deciding?.result !== "true";
        });
        expect(wrong).toEqual([]);
      }),
      policyRuns,
    );
  });
});

function factAt(field: string, facts: FactsByName) {
  const reference = connectionCatalogue.resolve(field);
  return "problem" in reference ? undefined : factList(facts)[reference.slot];
}

function reversedKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reversedKeys);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .toReversed()
      .map(([key, inner]) => [key, reversedKeys(inner)]),
  );
}
