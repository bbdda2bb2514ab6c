import type { Step } from "../values/path.ts";
import type { Comparison, Condition, Subject } from "./policy.ts";

/** A comparison and its polarity: whether it occurs under an even number of negations. */
export interface Found {
  readonly comparison: Comparison;
  readonly positive: boolean;
  /** Set for a comparison inside the `where` of a count. */
  readonly counted?: true;
}

/** All comparisons of a condition, including those in the `where` of counts. */
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

/** The steps from a field or the current element to the compared value; none for other subjects. */
export function stepsOf(subject: Subject): readonly Step[] {
  if (subject.kind === "field") return subject.reference.steps;
  return subject.kind === "element" ? subject.steps : [];
}
