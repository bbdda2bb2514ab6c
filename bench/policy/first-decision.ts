import { check, fullBudget } from "../../src/lib/policy/check/check.ts";
import { noParameterValues } from "../../src/lib/policy/check/parameter-values.ts";
import { compile } from "../../src/lib/policy/compile/compile.ts";
import { prepare } from "../../src/lib/policy/language/env.ts";
import { judge } from "../../src/lib/policy/evaluate/judge.ts";
import { parse } from "../../src/lib/policy/source/parse.ts";
import { problemsOf } from "../../src/lib/policy/source/problem.ts";
import { benchCatalogue, factsOf, textsOf } from "./engines/drawbridge.ts";
import { timed } from "./measure.ts";
import { createRequests } from "./requests.ts";
import { smallSet } from "./rules.ts";
import { createWorld } from "./world.ts";

/** Prints the times of a fresh process for the small set: reading its text; checking it, compiling it and deciding once. */
const world = createWorld();
const [request = {}] = createRequests(1, world);
const [file] = textsOf(smallSet(world));
const problems = problemsOf("bench", []);

const read = timed(() => parse(file?.text ?? "", problems));
const decided = timed(() => {
  if (read.result === undefined) throw new Error("the workload's own text cannot be read");
  const checked = check(
    read.result,
    { catalogue: benchCatalogue, given: noParameterValues, budget: fullBudget() },
    problems,
  );
  const policy = compile({ ...checked, default: "hold", revoke: "never" }, benchCatalogue);
  return judge(policy, prepare(factsOf(request), policy.layout, 0));
});
console.log(JSON.stringify({ readMs: read.ms, decideMs: decided.ms }));
