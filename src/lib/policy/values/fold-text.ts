import type { FactValue } from "./fact.ts";

// Most texts from ARM are lower-case ASCII already. Folding the others is the main cost of preparing facts.
const changes = /[A-Z\u0080-\uffff]/;

/**
 * The folding of texts that a policy compares, which makes "straße" equal "STRASSE". ARM's ids and names have
 * `foldName`.
 */
export function foldText(text: string): string {
  return changes.test(text) ? text.toUpperCase().toLowerCase() : text;
}

/** Folds a text, or the texts in a list. The operators compare folded values. */
export function foldValue(value: FactValue): FactValue {
  if (typeof value === "string") return foldText(value);
  if (!Array.isArray(value)) return value;
  const list = value as readonly FactValue[];
  if (!list.some((each) => typeof each === "string" && changes.test(each))) return list;
  return list.map((each) => (typeof each === "string" ? foldText(each) : each));
}
