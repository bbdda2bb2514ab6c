import { comparisonsOf, stepsOf } from "./find-comparisons.ts";
import type { OperatorName } from "./operators.ts";
import { hasEach } from "../values/path.ts";
import type { Condition, Effect } from "./policy.ts";
import { FALSE, TRUE, type Truth } from "../values/truth.ts";

/**
 * The truth of a condition on the members of an empty list. It is vacuously true in Azure; here it is false, so that
 * nothing is satisfied by being empty. In an approve rule it is the truth that keeps the rule from becoming true: true
 * under a `not`.
 */
export interface Vacuity {
  readonly truth: Truth;
  /** Whether it also decides counts with a `where`, instead of counting 0. */
  readonly decidesCounts: boolean;
  /** The vacuity under a `not`, or inside a count that must be small. */
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

/** The vacuity inside a count's `where`; a false member helps a count that must be small. */
export function vacuityInside(operator: OperatorName, vacuity: Vacuity): Vacuity {
  return operator === "less" || operator === "lessOrEquals" ? vacuity.opposite : vacuity;
}

/** Whether a condition tests the members of a list, so that an empty list matters. */
export function asksMembers(condition: Condition): boolean {
  return comparisonsOf(condition).some(
    ({ comparison: { subject } }) => subject.kind === "count" || hasEach(stepsOf(subject)),
  );
}
