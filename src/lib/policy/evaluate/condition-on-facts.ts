import { compileCondition } from "../compile/compile-condition.ts";
import { decide } from "../compile/decision-diagram.ts";
import { Layout, prepare } from "../language/env.ts";
import type { Facts } from "../values/fact.ts";
import type { Condition } from "../language/policy.ts";
import { not, type Truth } from "../values/truth.ts";
import { vacuityOf } from "../language/vacuity.ts";

/** The time at which conditions are tried. */
const trialTime = Date.parse("2026-01-01");

/** Compiles a condition of an approve rule, or its negation unless `positive`, to try it on invented facts. */
export function conditionOnFacts(condition: Condition, positive: boolean): (facts: Facts) => Truth {
  const layout = new Layout();
  const vacuity = vacuityOf("approve");
  const diagram = compileCondition(condition, layout, positive ? vacuity : vacuity.opposite);
  return (facts) => {
    const truth = decide(diagram, prepare(facts, layout, trialTime));
    return positive ? truth : not(truth);
  };
}
