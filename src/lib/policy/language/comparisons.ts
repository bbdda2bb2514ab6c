import type { Step } from "../values/path.ts";
import type { Comparison, Condition, Subject } from "./policy.ts";

/** A comparison, and whether the rule can be true because it is true, or because it is false. */
export interface Found {
  readonly comparison: Comparison;
  readonly positive: boolean;
  /** Set where it is asked of each member that a count goes through. */
  readonly counted?: true;
}

/** Every comparison of a condition, those that are asked of counted members included. */
export function comparisonsOf(condition: Condition, positive = true): Found[] {
  switch (condition.kind) {
    case "allOf":
    case "anyOf":
      return condition.members.flatMap((member) => comparisonsOf(member, positive));
    case "not":
      return comparisonsOf(condition.member, !positive);
    case "comparison": {
      const { subject } = condition;
      const where = subject.kind === "count" ? subject.where : undefined;
      const inside = where === undefined ? [] : comparisonsOf(where);
      return [
        { comparison: condition, positive },
        ...inside.map((each) => ({ ...each, counted: true as const })),
      ];
    }
  }
}

/** The way from a field, or from the element of a count, to what is compared; none elsewhere. */
export function stepsOf(subject: Subject): readonly Step[] {
  if (subject.kind === "field") return subject.reference.steps;
  return subject.kind === "element" ? subject.steps : [];
}
