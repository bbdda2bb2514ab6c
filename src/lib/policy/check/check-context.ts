import type { Names } from "../language/formula.ts";
import type { Problems } from "../source/problem.ts";

/** The context of a check. */
export interface CheckContext extends Names {
  readonly problems: Problems;
  /** The number of conditions that the policy set may still have; below zero there are too many. */
  readonly budget: { conditions: number };
}
