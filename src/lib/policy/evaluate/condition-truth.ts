import { compileCondition } from "../compile/compile-condition.ts";
import { decide } from "../compile/decision-diagram.ts";
import { prepare, type Env } from "../language/env.ts";
import type { Condition } from "../language/policy.ts";
import type { Truth } from "../values/truth.ts";
import type { Vacuity } from "../language/vacuity.ts";

/** The truth of one condition, which usually is part of the policy that these facts are prepared for. */
export function conditionTruth(condition: Condition, env: Env, vacuity: Vacuity): Truth {
  const { facts, values, layout, now, current } = env;
  const diagram = compileCondition(condition, layout, vacuity);
  return decide(diagram, values.length === layout.values.length ? env : prepare(facts, layout, now, current));
}
