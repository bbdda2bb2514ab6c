import { comparisonsOf, stepsOf } from "./comparisons.ts";
import type { OperatorName } from "./operator.ts";
import { hasEach } from "../values/path.ts";
import type { Condition, Effect } from "./policy.ts";
import { FALSE, TRUE, type Truth } from "../values/truth.ts";

/**
 * What a condition on the members of a list comes to where the list has none. Azure's answer is true; ours is false,
 * so that nothing is satisfied by being empty. In a rule that approves it is whatever keeps the rule from being true:
 * true under a `not`, which negates it.
 */
export interface Vacuity {
  readonly truth: Truth;
  /** Whether it decides counts with a `where` too, instead of the 0 that they come to. */
  readonly decidesCounts: boolean;
  /** What holds under a `not`, or where a count has to be small. */
  readonly opposite: Vacuity;
}

/** For rules that reject, hold or alert. */
export const neverSatisfied: Vacuity = {
  truth: FALSE,
  decidesCounts: false,
  get opposite() {
    return neverSatisfied;
  },
};

const approving: Vacuity = {
  truth: FALSE,
  decidesCounts: true,
  get opposite() {
    return negated;
  },
};

const negated: Vacuity = { truth: TRUE, decidesCounts: true, opposite: approving };

export function vacuityOf(effect: Effect): Vacuity {
  return effect === "approve" ? approving : neverSatisfied;
}

/** What holds inside a count's `where`: a count that has to be small is helped by what is false. */
export function vacuityInside(operator: OperatorName, vacuity: Vacuity): Vacuity {
  return operator === "less" || operator === "lessOrEquals" ? vacuity.opposite : vacuity;
}

/** Whether a condition asks something of the members of a list, so that a list without any decides it. */
export function asksMembers(condition: Condition): boolean {
  return comparisonsOf(condition).some(
    ({ comparison: { subject } }) => subject.kind === "count" || hasEach(stepsOf(subject)),
  );
}
