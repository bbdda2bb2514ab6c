import type { Layout } from "../language/env.ts";
import { foldValue } from "../values/fold-text.ts";
import type { IpRange } from "../values/ip-range.ts";
import { hasEach } from "../values/path.ts";
import type { Comparison, Condition } from "../language/policy.ts";
import { isPlainText, listOf } from "../values/scalar.ts";

/** A necessary condition of a rule: a value equals one of these texts, has one as a member, or lies in a range. */
export type Requirement =
  | { readonly by: "equality" | "member"; readonly index: number; readonly keys: readonly string[] }
  | { readonly by: "range"; readonly index: number; readonly keys: readonly IpRange[] };

/** The necessary conditions of a condition by which rules can be indexed. */
export function requirementsOf(condition: Condition, layout: Layout): Requirement[] {
  switch (condition.kind) {
    case "allOf":
      return condition.members.flatMap((member) => requirementsOf(member, layout));
    case "anyOf":
      return commonRequirements(condition.members.map((member) => requirementsOf(member, layout)));
    case "not":
      return [];
    case "comparison":
      return [...textRequirement(condition, layout), ...rangeRequirement(condition, layout)];
  }
}

/** The requirements on values that every alternative restricts: the union of the alternatives' keys. */
function commonRequirements([first = [], ...others]: readonly Requirement[][]): Requirement[] {
  return first.flatMap((requirement) => {
    const same = others.map((list) =>
      list.find(({ by, index }) => by === requirement.by && index === requirement.index),
    );
    if (same.includes(undefined)) return [];
    const keys = [requirement, ...same].flatMap((each): readonly (string | IpRange)[] => each?.keys ?? []);
    return [{ by: requirement.by, index: requirement.index, keys } as Requirement];
  });
}

function textRequirement({ subject, operator, operand }: Comparison, layout: Layout): Requirement[] {
  if (subject.kind !== "field" || hasEach(subject.reference.steps) || operand.kind !== "constant") return [];
  if (operator !== "equals" && operator !== "in" && operator !== "contains") return [];
  const right = foldValue(operand.value);
  const keys = [...new Set(operator === "in" ? listOf(right) : [right])];
  // Numbers and booleans have several spellings, so rules with them are not indexed.
  if (!keys.every(isPlainText)) return [];
  const index = layout.foldedIndex(subject.reference);
  return [{ by: operator === "contains" ? "member" : "equality", index, keys }];
}

function rangeRequirement({ subject, operator, operand }: Comparison, layout: Layout): Requirement[] {
  if (
    subject.kind !== "value" ||
    operator !== "equals" ||
    operand.kind !== "constant" ||
    operand.value !== true
  )
    return [];
  const { rangeTest } = subject.formula;
  if (rangeTest?.range.family !== 4) return [];
  return [{ by: "range", index: layout.rangeIndex(rangeTest.reference), keys: [rangeTest.range] }];
}
