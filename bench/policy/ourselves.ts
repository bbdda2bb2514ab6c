import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { check, fullBudget } from "../../src/lib/policy/check/check.ts";
import { noParameterValues } from "../../src/lib/policy/check/parameter-values.ts";
import { compile } from "../../src/lib/policy/compile/compile.ts";
import { prepare, type Env } from "../../src/lib/policy/language/env.ts";
import { evaluate } from "../../src/lib/policy/evaluate/evaluate.ts";
import { explainRule } from "../../src/lib/policy/evaluate/explain.ts";
import { judge } from "../../src/lib/policy/evaluate/judge.ts";
import { parse } from "../../src/lib/policy/source/parse.ts";
import { problemsOf } from "../../src/lib/policy/source/problem.ts";
import { benchCatalogue, factsOf, loadRules, textsOf } from "./engines/drawbridge.ts";
import { rate, timed } from "./measure.ts";
import type { Request } from "./requests.ts";
import type { Rule } from "./rule.ts";
import { largeSet, smallSet } from "./rules.ts";
import type { World } from "./world.ts";

/** Costs besides decisions: preparing facts, loading, explaining and starting. */
export interface Ourselves {
  /** Preparing the facts of a request. */
  readonly prepareUs: { readonly S: number; readonly L: number };
  /** Evaluating a verdict with all its reasons. */
  readonly reasonsUs: number;
  /** Explaining the deciding rule. */
  readonly explainUs: number;
  /** The large set: reading its text (the YAML library's time), then checking and compiling it. */
  readonly parseMs: number;
  readonly checkAndCompileMs: number;
  readonly compiledMb: number | undefined;
  /** The small set in a fresh process: reading its text; checking and compiling it, and deciding once. */
  readonly first: { readonly readMs: number; readonly decideMs: number };
}

export function measureOurselves(world: World, requests: readonly Request[], budgetMs: number): Ourselves {
  const [small, large] = [loadRules(smallSet(world)), loadRules(largeSet(world))];
  const facts = requests.map(factsOf);
  const perUs = (perSecond: number) => 1_000_000 / perSecond;
  const prepareUs = (policy: typeof small) =>
    perUs(rate(facts, (each) => prepare(each, policy.layout, 0), budgetMs));
  const envs = facts.map((each) => prepare(each, large.layout, 0));
  const byName = new Map(
    Object.values(large.groups).flatMap(({ rules }) => rules.map((rule) => [rule.rule.name, rule])),
  );
  const decided = envs.flatMap((env): [Env, Parameters<typeof explainRule>[0]][] => {
    const rule = byName.get(judge(large, env).rule ?? "");
    return rule === undefined ? [] : [[env, rule]];
  });
  return {
    prepareUs: { S: prepareUs(small), L: prepareUs(large) },
    reasonsUs: perUs(rate(envs.slice(0, 500), (env) => evaluate(large, env), budgetMs)),
    explainUs: perUs(rate(decided, ([env, rule]) => explainRule(rule, env), budgetMs)),
    ...loading(largeSet(world)),
    first: firstDecision(),
  };
}

function loading(rules: readonly Rule[]) {
  const problems = problemsOf("bench", []);
  const texts = textsOf(rules);
  const parsed = timed(() => texts.map(({ text }) => parse(text, problems)));
  const rounds = Array.from({ length: 5 }, () => {
    const before = heapMb();
    const { ms, result } = timed(() =>
      parsed.result.map((source) => {
        if (source === undefined) throw new Error("the workload's own text cannot be read");
        const file = check(
          source,
          { catalogue: benchCatalogue, given: noParameterValues, budget: fullBudget() },
          problems,
        );
        return compile({ ...file, default: "hold", revoke: "never" }, benchCatalogue);
      }),
    );
    const after = heapMb();
    return {
      ms,
      mb: before === undefined || after === undefined || result.length === 0 ? undefined : after - before,
    };
  });
  const best = rounds.toSorted((a, b) => a.ms - b.ms);
  return { parseMs: parsed.ms, checkAndCompileMs: best[2]?.ms ?? Number.NaN, compiledMb: rounds.at(-1)?.mb };
}

/** Needs node's --expose-gc; undefined without it. */
function heapMb(): number | undefined {
  if (globalThis.gc === undefined) return undefined;
  globalThis.gc();
  return process.memoryUsage().heapUsed / 1_048_576;
}

function firstDecision(): Ourselves["first"] {
  const script = fileURLToPath(new URL("first-decision.ts", import.meta.url));
  const { stdout, status, stderr } = spawnSync(process.execPath, [script], { encoding: "utf8" });
  if (status !== 0) throw new Error(`${script} ended with ${status}: ${stderr}`);
  return JSON.parse(stdout) as Ourselves["first"];
}
