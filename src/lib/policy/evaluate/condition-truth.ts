import { compileCondition } from "../compile/compile-condition.ts";
import { Layout, prepare, type Env } from "../language/env.ts";
import type { Condition } from "../language/policy.ts";
import type { Truth } from "../values/truth.ts";
import type { Vacuity } from "../language/vacuity.ts";

/** The truth of one condition. Compiles it on each call, since explanations are rare. */
export function conditionTruth(condition: Condition, env: Env, vacuity: Vacuity): Truth {
  const layout = new Layout();
  const decide = compileCondition(condition, layout, vacuity);
  return decide(prepare(env.facts, layout, env.now, env.current));
}
