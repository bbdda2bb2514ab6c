import type { FactValue } from "../values/fact.ts";

/** The set of values that an expression may have, as far as known without facts. */
export interface AbstractValue {
  readonly missing: boolean;
  /** The possible values if it is not missing; absent if it is always missing. */
  readonly present?: PresentValue;
}

export type PresentValue =
  /** One of these. If not `exact`, each represents all texts that fold to it. */
  | { readonly kind: "among"; readonly values: readonly FactValue[]; readonly exact: boolean }
  /** A whole number in an inclusive interval. */
  | { readonly kind: "number"; readonly least: number; readonly most: number }
  /** An inclusive interval in milliseconds since 1970. */
  | { readonly kind: "instant"; readonly least: number; readonly most: number }
  | AbstractText
  | { readonly kind: "list" | "object" | "any" };

/**
 * Partially known text. `sample` contains the parts common to all such texts, and `anyCharacters` for the others, so
 * that a pattern or a part that matches the sample matches every such text.
 */
export interface AbstractText {
  readonly kind: "text";
  readonly sample: string;
  /** Whether each `anyCharacters` represents exactly one character. */
  readonly fixed: boolean;
  /** Patterns that the text is known to match. */
  readonly likes: readonly string[];
}

/** A private-use character that occurs in no policy and that, of all patterns, only `*` and `.` match. */
export const anyCharacters = "\uE000";

export const anyAbstractValue: AbstractValue = { missing: true, present: { kind: "any" } };

export function valueSet(values: readonly FactValue[], exact = true): AbstractValue {
  const there = values.filter((value) => value !== null);
  const missing = there.length < values.length;
  return there.length === 0 ? { missing } : { missing, present: { kind: "among", values: there, exact } };
}

export function abstractText(sample = anyCharacters, fixed = false): AbstractText {
  return { kind: "text", sample, fixed, likes: [] };
}

/** Smaller intervals are represented as finite sets. */
const enumeratedMax = 128;

export function integerRange(least: number, most: number): PresentValue | undefined {
  if (least > most) return undefined;
  if (most - least >= enumeratedMax) return { kind: "number", least, most };
  const values = Array.from({ length: most - least + 1 }, (_, index) => least + index);
  return { kind: "among", values, exact: true };
}

export function instantRange(least: number, most: number): PresentValue | undefined {
  return least > most ? undefined : { kind: "instant", least, most };
}

/** The union of several sets of values. */
export function union(all: readonly AbstractValue[]): AbstractValue {
  const missing = all.some((each) => each.missing);
  const present = all.flatMap((each) => each.present ?? []);
  const [only] = present;
  if (only === undefined || present.length === 1)
    return only === undefined ? { missing } : { missing, present: only };
  const listed = present.flatMap((each) => (each.kind === "among" ? [each] : []));
  if (listed.length < present.length) return { missing, present: { kind: "any" } };
  const values = [...new Set(listed.flatMap((each) => each.values))];
  return { missing, present: { kind: "among", values, exact: listed.every(({ exact }) => exact) } };
}
