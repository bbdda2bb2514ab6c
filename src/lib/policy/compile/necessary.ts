import type { Layout } from "../language/env.ts";
import { foldValue } from "../values/fold.ts";
import type { IpRange } from "../values/ip-range.ts";
import { hasEach } from "../values/path.ts";
import type { Comparison, Condition } from "../language/policy.ts";
import { isPlainText, listOf } from "../values/scalar.ts";

/** What must be so for a rule to be true: a place equals one of these texts, has one as a member, or lies in a range. */
export type Need =
  | { readonly by: "equality" | "member"; readonly place: number; readonly keys: readonly string[] }
  | { readonly by: "range"; readonly place: number; readonly keys: readonly IpRange[] };

/** The needs of a condition, as far as rules can be found by them. */
export function necessary(condition: Condition, layout: Layout): Need[] {
  switch (condition.kind) {
    case "allOf":
      return condition.members.flatMap((member) => necessary(member, layout));
    case "anyOf":
      return shared(condition.members.map((member) => necessary(member, layout)));
    case "not":
      return [];
    case "comparison":
      return [...textNeed(condition, layout), ...rangeNeed(condition, layout)];
  }
}

/** What each of several alternatives needs of one place, taken together. */
function shared([first = [], ...others]: readonly Need[][]): Need[] {
  return first.flatMap((need) => {
    const same = others.map((list) => list.find(({ by, place }) => by === need.by && place === need.place));
    if (same.includes(undefined)) return [];
    const keys = [need, ...same].flatMap((each): readonly (string | IpRange)[] => each?.keys ?? []);
    return [{ by: need.by, place: need.place, keys } as Need];
  });
}

function textNeed({ subject, operator, operand }: Comparison, layout: Layout): Need[] {
  if (subject.kind !== "field" || hasEach(subject.reference.steps) || operand.kind !== "constant") return [];
  if (operator !== "equals" && operator !== "in" && operator !== "contains") return [];
  const right = foldValue(operand.value);
  const keys = [...new Set(operator === "in" ? listOf(right) : [right])];
  // A number or a truth value has more than one spelling; rules that name such are always asked.
  if (!keys.every(isPlainText)) return [];
  const place = layout.foldedPlace(subject.reference);
  return [{ by: operator === "contains" ? "member" : "equality", place, keys }];
}

function rangeNeed({ subject, operator, operand }: Comparison, layout: Layout): Need[] {
  if (
    subject.kind !== "value" ||
    operator !== "equals" ||
    operand.kind !== "constant" ||
    operand.value !== true
  )
    return [];
  const { within } = subject.formula;
  if (within?.range.family !== 4) return [];
  return [{ by: "range", place: layout.rangePlace(within.reference), keys: [within.range] }];
}
