import { join } from "node:path";
import { root } from "../../local/child-process.ts";
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
import type { FirstTask } from "./first-decision.ts";
import { runPinned } from "../pinned.ts";
import { spreadOf, type Spread } from "../spread.ts";
import { rate, timed } from "./measure.ts";
import { createRequests, type Request } from "./requests.ts";
import type { Rule } from "./rule.ts";
import { hugeSet, largeSet, smallSet } from "./rules.ts";
import { createWorld, type World } from "./world.ts";

/**
 * Costs besides decisions, in CPU time: preparing facts, loading, explaining and starting. Runs as a process of its
 * own, on one processor.
 */
export interface OtherCosts {
  /** Preparing the facts of a request. */
  readonly prepareUs: { readonly S: Spread; readonly L: Spread };
  /** Evaluating a verdict with all its reasons. */
  readonly reasonsUs: Spread;
  /** Explaining the deciding rule. */
  readonly explainUs: Spread;
  /** The large set: reading its text (the YAML library's time), then checking and compiling it. */
  readonly parseMs: Spread;
  readonly checkAndCompileMs: Spread;
  readonly compiledMb: number | undefined;
  /** The huge set, from its text to the compiled policy, with every check and the analysis; only if it is measured. */
  readonly hugeMs?: Spread;
  /** The small set in a fresh process: reading its text; checking and compiling it, and deciding once. */
  readonly first: { readonly readMs: Spread; readonly decideMs: Spread };
}

interface Task {
  readonly sets: readonly string[];
  readonly requests: number;
  readonly budgetMs: number;
  /** How many times what is loaded is loaded. */
  readonly loads: number;
}

const { sets, requests: count, budgetMs: budget, loads } = JSON.parse(process.argv[2] ?? "{}") as Task;
const created = createWorld();
console.log(JSON.stringify(measureOtherCosts(created, createRequests(count, created), budget)));

function measureOtherCosts(world: World, requests: readonly Request[], budgetMs: number): OtherCosts {
  const [small, large] = [loadRules(smallSet(world)), loadRules(largeSet(world))];
  const facts = requests.map(factsOf);
  const perUs = ({ median, from, to }: Spread): Spread => ({
    median: 1_000_000 / median,
    from: 1_000_000 / to,
    to: 1_000_000 / from,
  });
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
    ...(sets.includes("XL") ? { hugeMs: fromText(hugeSet(world)) } : {}),
    first: firstDecision(textsOf(smallSet(world))[0]?.text ?? "", requests[0] ?? {}),
  };
}

function fromText(rules: readonly Rule[]): Spread {
  return spreadOf(Array.from({ length: loads }, () => timed(() => loadRules(rules)).ms));
}

function loading(rules: readonly Rule[]) {
  const problems = problemsOf("bench", []);
  const texts = textsOf(rules);
  const rounds = Array.from({ length: loads }, () => {
    const parsed = timed(() => texts.map(({ text }) => parse(text, problems)));
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
    // Both are used once more, so that neither is collected before it is measured.
    const isKept = parsed.result.length > 0 && result.length > 0;
    return {
      parseMs: parsed.ms,
      ms,
      mb: isKept && before !== undefined && after !== undefined ? after - before : undefined,
    };
  });
  const megabytes = rounds.flatMap(({ mb }) => mb ?? []);
  return {
    parseMs: spreadOf(rounds.map(({ parseMs }) => parseMs)),
    checkAndCompileMs: spreadOf(rounds.map(({ ms }) => ms)),
    compiledMb: megabytes.length === 0 ? undefined : spreadOf(megabytes).median,
  };
}

/** Needs node's --expose-gc; undefined without it. */
function heapMb(): number | undefined {
  if (globalThis.gc === undefined) return undefined;
  globalThis.gc();
  return process.memoryUsage().heapUsed / 1_048_576;
}

function firstDecision(text: string, request: Request): OtherCosts["first"] {
  const script = join(root, "bench/policy/first-decision.ts");
  const runs = Array.from({ length: loads }, () =>
    runPinned<{ readonly readMs: number; readonly decideMs: number }>(script, [
      JSON.stringify({ text, request } satisfies FirstTask),
    ]),
  );
  return {
    readMs: spreadOf(runs.map(({ readMs }) => readMs)),
    decideMs: spreadOf(runs.map(({ decideMs }) => decideMs)),
  };
}
