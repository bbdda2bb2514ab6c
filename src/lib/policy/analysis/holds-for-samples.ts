import { known, type Facts, type FactValue } from "../values/fact.ts";
import type { Catalogue, Field, FieldReference } from "../language/fields.ts";
import { constantsOf } from "./true-when-missing.ts";
import { operators, orderOperators } from "../language/operators.ts";
import type { Comparison } from "../language/policy.ts";
import { referencesOf } from "../language/references.ts";
import { scalarText } from "../values/scalar.ts";
import { conditionOnFacts } from "../evaluate/condition-on-facts.ts";
import { FALSE, TRUE } from "../values/truth.ts";
import { sampleFacts } from "./sample-requesters.ts";
import { isGuid } from "../../guid.ts";

/**
 * Whether a comparison, or its negation unless `positive`, is true for all sample requesters, so that it does not
 * distinguish requesters. Testing samples covers functions and dependencies between facts. To recognise comparisons
 * that exclude specific values, the samples are also tried with each constant of the comparison.
 */
export function holdsForAllSamples(comparison: Comparison, positive: boolean, catalogue: Catalogue): boolean {
  if (isDirectComparison(comparison, positive)) return false;
  const strangers = sampleFacts(catalogue);
  const [first] = strangers;
  if (first === undefined) return false;
  const tried = conditionOnFacts(comparison, positive);
  if (!strangers.every((facts) => tried(facts) === TRUE)) return false;
  const constants = constantsOf(comparison);
  const differing = referencesOf(comparison).flatMap((reference) => {
    const { slot } = reference;
    return variants(reference, valueIn(first, slot), constants).map((value) =>
      first.with(slot, known(value)),
    );
  });
  return !differing.some((facts) => tried(facts) === FALSE);
}

/** Whether it compares a field without functions, which the abstract evaluation decides exactly. */
function isDirectComparison({ subject, operator, operand }: Comparison, positive: boolean): boolean {
  return (
    subject.kind === "field" &&
    operand.kind === "constant" &&
    !orderOperators.includes(operator) &&
    operators[operator].negated !== positive
  );
}

function valueIn(facts: Facts, slot: number): FactValue {
  const fact = facts[slot];
  return fact?.kind === "known" ? fact.value : null;
}

/** Variants of a field's value that contain the constants of a comparison. */
function variants(
  { field, steps }: FieldReference,
  value: FactValue,
  constants: readonly FactValue[],
): FactValue[] {
  const [step] = steps;
  const texts = constants.flatMap((each) =>
    typeof each === "string" && /[\p{L}\p{N}]/u.test(each) ? each.replaceAll("*", "") : [],
  );
  switch (field.type) {
    case "strings":
    case "locations":
      return [...texts.map((text) => [text]), ...texts.map((text) => [`x${text}x`])];
    case "object":
      return step?.kind === "key"
        ? [...texts.map((text) => ({ [step.key]: text })), {}]
        : texts.map((text) => ({ [text]: text }));
    case "number":
      return constants
        .flatMap((each) => (typeof each === "number" ? [each, each - 1, each + 1] : []))
        .filter((each) => each >= 0);
    case "boolean":
      return [true, false];
    case "string":
    case "location":
      return texts.flatMap((text) => textVariants(text, field, scalarText(value) ?? ""));
    case "instant":
    case "any":
      return [];
  }
}

function textVariants(text: string, { form, values }: Field, value: string): string[] {
  if (form?.kind === "subscription") return isGuid(text) ? [text] : [];
  if (form?.kind === "id") return idVariants(text, value);
  if (values?.closed === true) return values.of.filter((each) => each.toLowerCase() === text.toLowerCase());
  return [text, `${text}x`, `x${text}`, `x${text}x`, matchingText(text)];
}

/** A text that is an id, or an id with the text in place of each name and at its end. */
function idVariants(text: string, id: string): string[] {
  if (text.startsWith("/subscriptions/")) return [text];
  const segments = id.split("/");
  const named = [...segments.keys()].filter((index) => index % 2 === 0 && index > 0 && index !== providerAt);
  return [`${id}${text}`, ...named.map((index) => segments.with(index, text).join("/"))];
}

/** The index of the provider in `/subscriptions/{}/resourceGroups/{}/providers/{}`, which is not a name. */
const providerAt = 6;

/** A text that matches a pattern of `match`. */
function matchingText(pattern: string): string {
  return pattern.replaceAll("#", "1").replaceAll(/[?.]/g, "a");
}
