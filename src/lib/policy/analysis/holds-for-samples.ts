import { known, type Facts, type FactValue } from "../values/fact.ts";
import type { Catalogue, Field, FieldReference } from "../language/field.ts";
import { constantsOf } from "./true-when-missing.ts";
import { operators } from "../language/operator.ts";
import type { Comparison } from "../language/policy.ts";
import { referencesOf } from "../language/references.ts";
import { scalarText } from "../values/scalar.ts";
import { conditionOnFacts } from "../evaluate/condition-on-facts.ts";
import { FALSE, TRUE } from "../values/truth.ts";
import { sampleFacts } from "./sample-requesters.ts";
import { isGuid } from "../../guid.ts";

/**
 * Whether a comparison, or its negation where not `positive`, is true of everybody whom nobody knows. What functions
 * make of facts, and how facts hang together, shows where strangers are asked; a comparison that keeps out somebody in
 * particular is false of a stranger who is given what it names.
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

/** What is said of a field's own value, without a function: that is known for all values that it can have. */
function isDirectComparison({ subject, operator, operand }: Comparison, positive: boolean): boolean {
  const isOrder = /less|greater/i.test(operator);
  return (
    subject.kind === "field" &&
    operand.kind === "constant" &&
    !isOrder &&
    operators[operator].negated !== positive
  );
}

function valueIn(facts: Facts, slot: number): FactValue {
  const fact = facts[slot];
  return fact?.kind === "known" ? fact.value : null;
}

/** A field's value with what a comparison names in each place where it could stand. */
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

/** An id itself, or one with a text for each of its names, or behind it. */
function idVariants(text: string, id: string): string[] {
  if (text.startsWith("/subscriptions/")) return [text];
  const segments = id.split("/");
  const named = [...segments.keys()].filter((index) => index % 2 === 0 && index > 0 && index !== providerAt);
  return [`${id}${text}`, ...named.map((index) => segments.with(index, text).join("/"))];
}

/** Of `/subscriptions/{}/resourceGroups/{}/providers/{}`: what stands there is no name. */
const providerAt = 6;

/** A text that fits a pattern of `match`. */
function matchingText(pattern: string): string {
  return pattern.replaceAll("#", "1").replaceAll(/[?.]/g, "a");
}
