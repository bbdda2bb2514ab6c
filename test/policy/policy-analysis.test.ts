import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { analysisIn, type Analysis } from "../../src/lib/policy/analysis/assume.ts";
import { shadowedRules } from "../../src/lib/policy/analysis/shadowed-rules.ts";
import { narrow, type Narrow } from "../../src/lib/policy/analysis/narrow.ts";
import { truthOver } from "../../src/lib/policy/analysis/constant-rule.ts";
import { decide } from "../../src/lib/policy/compile/decision-diagram.ts";
import type { CompiledPolicy, CompiledRule } from "../../src/lib/policy/compile/compile.ts";
import { prepare } from "../../src/lib/policy/language/env.ts";
import { connectionCatalogue } from "../../src/lib/policy/language/fields.ts";
import { load } from "../../src/lib/policy/load.ts";
import { formatProblem } from "../../src/lib/policy/source/problem.ts";
import { FALSE, TRUE, UNKNOWN } from "../../src/lib/policy/values/truth.ts";
import { factList, factsArbitrary } from "./fact-arbitraries.ts";
import { anyFacts, documentedFacts, edgedCondition } from "./policy-analysis-arbitraries.ts";
import { ruleArbitrary } from "./policy-arbitraries.ts";
import { declarationsFor } from "./policy-member-arbitraries.ts";
import { noon } from "./policy-makers.ts";
import type { ConditionJson, FactsByName } from "./policy-reference.ts";
import { runs } from "../property-runs.ts";

/**
 * What the analysis says of a rule is so on every fact. `PROPERTY_FACTS=100000` asks that many of each rule that it
 * says something of; every rule is asked of the same ones.
 */
const asked = Number(process.env.PROPERTY_FACTS ?? "2000");
const sampled = (facts: fc.Arbitrary<FactsByName>) =>
  fc.sample(facts, { numRuns: asked, seed: runs.seed }).map((each) => factList(each));

const anyConditions = fc.oneof(
  { weight: 4, arbitrary: edgedCondition },
  { weight: 1, arbitrary: ruleArbitrary().map((rule) => rule.if) },
);

function compiledOf(
  ...rules: readonly { readonly if: ConditionJson; readonly effect: string }[]
): CompiledPolicy {
  const named = rules.map((rule, index) => ({
    name: `r${index}`,
    if: rule.if,
    then: { effect: rule.effect },
  }));
  const text = JSON.stringify({ name: "p", rules: named, parameters: declarationsFor(named) });
  const loaded = load([{ file: "p.json", text }], connectionCatalogue, { enforcing: false });
  if (loaded.kind === "invalid") throw new Error(loaded.problems.map(formatProblem).join("\n"));
  return loaded.compiled;
}

type FactLists = readonly ReturnType<typeof factList>[];

/** The facts on which a rule is what the analysis says that it never is. */
function wrongOn(condition: ConditionJson, facts: FactLists, analysis: Analysis) {
  const compiled = compiledOf({ if: condition, effect: "hold" });
  const [rule] = compiled.groups.hold.rules;
  if (rule === undefined) throw new Error("a rule was expected");
  const said = truthOver(rule.if, analysis);
  if (said === "varies") return { said, wrong: [] };
  const wrong = facts.filter((each) => {
    const truth = decide(rule.condition, prepare(each, compiled.layout, noon));
    if (said === "always unknown") return truth !== UNKNOWN;
    return truth === (said === "never true" ? TRUE : FALSE);
  });
  return { said, wrong };
}

const anything = analysisIn({ catalogue: connectionCatalogue, documented: false });
const documented = analysisIn({ catalogue: connectionCatalogue, documented: true });

function outcomeWith(facts: FactLists, analysis: Analysis, conditions = anyConditions) {
  const found: Record<string, number> = {};
  const details = fc.check(
    fc.property(conditions, (condition) => {
      const { said, wrong } = wrongOn(condition, facts, analysis);
      found[said] = (found[said] ?? 0) + 1;
      return wrong.length === 0;
    }),
    runs,
  );
  return { details, found };
}

describe("the analysis of a policy", () => {
  it.each([
    ["of any type", [...sampled(anyFacts), ...sampled(factsArbitrary)], anything, anyConditions],
    ["that Azure documents", sampled(documentedFacts), documented, edgedCondition],
  ])("says nothing of a rule that is not so on facts %s", (_, facts, analysis, conditions) => {
    const { details, found } = outcomeWith(facts, analysis, conditions);
    expect(details.failed, fc.defaultReportMessage(details)).toBe(false);
    // It says something of many of them, or this would show nothing.
    expect(found["never true"]).toBeGreaterThan(runs.numRuns / 25);
    expect(found["always true"]).toBeGreaterThan(runs.numRuns / 100);
    expect(found["always unknown"]).toBeGreaterThan(0);
  });

  it("calls a rule covered only by one that is true wherever it is", () => {
    const facts = sampled(anyFacts);
    let found = 0;
    fc.assert(
      fc.property(edgedCondition, fc.option(edgedCondition, { nil: undefined }), (first, second) => {
        const narrower = second === undefined ? first : { allOf: [first, second] };
        const compiled = compiledOf({ if: narrower, effect: "approve" }, { if: first, effect: "reject" });
        if (shadowedRules(compiled.policy.rules, anything).length === 0) return true;
        found++;
        const [approve, reject] = [compiled.groups.approve.rules[0], compiled.groups.reject.rules[0]];
        return facts.every((each) => {
          const env = prepare(each, compiled.layout, noon);
          const isTrue = (rule: CompiledRule | undefined) =>
            rule !== undefined && decide(rule.condition, env) === TRUE;
          return !isTrue(approve) || isTrue(reject);
        });
      }),
      runs,
    );
    expect(found).toBeGreaterThan(runs.numRuns / 4);
  });

  const unsound: readonly (readonly [string, Narrow])[] = [
    [
      "that a limit itself is not included",
      (possible, literal) => narrow(possible, { ...literal, operator: strict(literal.operator) }),
    ],
    [
      "that what is missing can be left out",
      (possible, literal) => narrow({ ...possible, missing: false }, literal),
    ],
    [
      "that false is the contrary of true",
      (possible, literal) => narrow(possible, { ...literal, wanted: true }),
    ],
  ];
  it.each(unsound)("is found out where it takes for granted %s", (_, wrong) => {
    const { details } = outcomeWith(sampled(anyFacts), { ...anything, narrow: wrong });
    expect(details.failed).toBe(true);
  });
});

function strict(operator: Parameters<Narrow>[1]["operator"]) {
  if (operator === "lessOrEquals") return "less";
  return operator === "greaterOrEquals" ? "greater" : operator;
}
