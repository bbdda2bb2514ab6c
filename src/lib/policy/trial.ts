import { compileCondition } from "./compile-condition.ts";
import { Layout, prepare } from "./env.ts";
import type { Facts } from "./fact.ts";
import type { Condition } from "./policy.ts";
import { not, type Truth } from "./truth.ts";
import { vacuityOf } from "./vacuity.ts";

/** When it is, where a condition is only tried. */
const tried = Date.parse("2026-01-01");

/** What a condition of an approve rule, or its negation where not `positive`, comes to on facts that are made up. */
export function trialOf(condition: Condition, positive: boolean): (facts: Facts) => Truth {
  const layout = new Layout();
  const vacuity = vacuityOf("approve");
  const decide = compileCondition(condition, layout, positive ? vacuity : vacuity.opposite);
  return (facts) => {
    const truth = decide(prepare(facts, layout, tried));
    return positive ? truth : not(truth);
  };
}
