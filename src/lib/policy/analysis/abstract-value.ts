import type { FactValue } from "../values/fact.ts";

/** What a value can be, as far as is known before any fact is. */
export interface AbstractValue {
  readonly missing: boolean;
  /** What it can be where it is there; absent where it cannot be there. */
  readonly present?: PresentValue;
}

export type PresentValue =
  /** One of these. `exact` where they are spelled as the facts are; else each stands for all texts that fold to it. */
  | { readonly kind: "among"; readonly values: readonly FactValue[]; readonly exact: boolean }
  /** A whole number; both ends are included. */
  | { readonly kind: "number"; readonly least: number; readonly most: number }
  /** In milliseconds since 1970; both ends are included. */
  | { readonly kind: "instant"; readonly least: number; readonly most: number }
  | AbstractText
  | { readonly kind: "list" | "object" | "any" };

/**
 * Text, of which `sample` has what all such texts have alike and `anyText` for what they have not: a pattern or a part
 * that is found in it is found in each.
 */
export interface AbstractText {
  readonly kind: "text";
  readonly sample: string;
  /** Whether each `anyText` stands for one character. */
  readonly fixed: boolean;
  /** Patterns that it is known to be like. */
  readonly likes: readonly string[];
}

/** A character that no policy names and no pattern but `*` takes: neither a letter nor a digit. */
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

/** So few numbers are looked at one by one. */
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

/** A value that is one of these. */
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
