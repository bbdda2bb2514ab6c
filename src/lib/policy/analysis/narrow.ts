import type { FactValue } from "../values/fact.ts";
import { foldText, foldValue } from "../values/fold-text.ts";
import { parseInstant } from "../values/instant.ts";
import { operators, orderOperators, type OperatorName, type Test } from "../language/operators.ts";
import { isPlainText, listOf, numberOf } from "../values/scalar.ts";
import { FALSE, TRUE } from "../values/truth.ts";
import type { Literal } from "./literal.ts";
import {
  anyCharacters,
  instantRange,
  integerRange,
  type AbstractValue,
  type PresentValue,
  type AbstractText,
} from "./abstract-value.ts";

/** Narrows an abstract value by a literal: the result includes at least all values for which the literal holds. */
export type Narrow = (possible: AbstractValue, literal: Literal) => AbstractValue;

interface Constraint {
  readonly operator: OperatorName;
  readonly operand: FactValue;
  readonly wanted: boolean;
  readonly test: Test;
}

/** Narrows by a constant right side; a computed one narrows nothing. */
export const narrow: Narrow = (possible, { comparison, operator, wanted, test }) => {
  if (test === undefined || comparison.operand.kind !== "constant") return possible;
  const asked = { operator, operand: comparison.operand.value, wanted, test };
  const present = possible.present === undefined ? undefined : narrowPresent(possible.present, asked);
  const missing = possible.missing && holds(null, asked);
  return present === undefined ? { missing } : { missing, present };
};

/** Whether a literal holds for a value; an unknown comparison is neither true nor false. */
function holds(value: FactValue, { test, wanted }: Constraint): boolean {
  return test(value) === (wanted ? TRUE : FALSE);
}

const someValue = true;

function narrowPresent(present: PresentValue, asked: Constraint): PresentValue | undefined {
  if (asked.operator === "exists") return holds(someValue, asked) ? present : undefined;
  switch (present.kind) {
    case "among":
      return narrowAmong(present, asked);
    case "number":
      return narrowNumber(present, asked);
    case "instant":
      return narrowInstant(present, asked);
    case "text":
      return narrowText(present, asked);
    case "list":
      return asked.operator === "contains" || holds([], asked) ? present : undefined;
    case "object":
      return asked.operator === "contains" || asked.operator === "containsKey" || holds({}, asked)
        ? present
        : undefined;
    case "any":
      return narrowAny(present, asked);
  }
}

function narrowAmong(
  present: Extract<PresentValue, { kind: "among" }>,
  asked: Constraint,
): PresentValue | undefined {
  // A case-sensitive operator cannot be decided for a value that represents several spellings.
  if (!present.exact && operators[asked.operator].caseSensitive) return present;
  const values = present.values.filter((value) => holds(value, asked));
  return values.length === 0 ? undefined : { ...present, values };
}

function narrowNumber(
  present: Extract<PresentValue, { kind: "number" }>,
  asked: Constraint,
): PresentValue | undefined {
  const { operator, operand, wanted } = asked;
  const { least, most } = present;
  if (orderOperators.includes(operator)) {
    const limit = numberOf(operand);
    // A number cannot be ordered with other text, so the comparison is never true and never false.
    if (limit === undefined) return undefined;
    const [from, to] = interval(operator, limit, wanted);
    return integerRange(Math.max(least, from), Math.min(most, to));
  }
  if (operator === "equals" || operator === "in") {
    if (!wanted) return present;
    const fits = (value: number | undefined): value is number =>
      value !== undefined && Number.isInteger(value) && least <= value && value <= most;
    const values = (operator === "in" ? listOf(operand) : [operand]).map(numberOf).filter(fits);
    return values.length === 0 ? undefined : { kind: "among", values, exact: true };
  }
  if (operator === "like" || operator === "contains")
    return unlessSampleMatches(present, asked, anyCharacters);
  if (operator === "containsKey") return holds(0, asked) ? present : undefined;
  return present;
}

/** The interval of whole numbers for which an order holds, or does not. */
function interval(operator: OperatorName, limit: number, wanted: boolean): readonly [number, number] {
  const isLess = operator === "less" || operator === "lessOrEquals";
  const including = (operator === "lessOrEquals" || operator === "greaterOrEquals") === wanted;
  if (isLess === wanted) return [-Infinity, including ? Math.floor(limit) : Math.ceil(limit) - 1];
  return [including ? Math.ceil(limit) : Math.floor(limit) + 1, Infinity];
}

function narrowInstant(
  present: Extract<PresentValue, { kind: "instant" }>,
  { operator, operand, wanted }: Constraint,
): PresentValue | undefined {
  const limit = typeof operand === "string" ? parseInstant(operand) : undefined;
  if (!orderOperators.includes(operator) || limit === undefined) return present;
  const [from, to] = interval(operator, limit, wanted);
  return instantRange(Math.max(present.least, from), Math.min(present.most, to));
}

function narrowText(present: AbstractText, asked: Constraint): PresentValue | undefined {
  const { operator, operand, wanted } = asked;
  if (operator === "equals" || operator === "in") {
    const values = wanted ? textsEqual(operator === "in" ? listOf(operand) : [operand]) : undefined;
    if (values === undefined) return present;
    return values.length === 0 ? undefined : { kind: "among", values, exact: false };
  }
  if (operator === "like" && wanted)
    return typeof operand === "string" ? like(present, foldText(operand)) : present;
  if (operator === "like" || operator === "contains")
    return unlessSampleMatches(present, asked, present.sample) && unlessLike(present, asked);
  if (operator === "match" || operator === "matchInsensitively")
    return present.fixed ? unlessSampleMatches(present, asked, present.sample) : present;
  if (operator === "containsKey") return holds("", asked) ? present : undefined;
  return present;
}

function like(present: AbstractText, pattern: string): AbstractText | undefined {
  if (!present.likes.every((each) => compatible(each, pattern))) return undefined;
  return { ...present, likes: [...present.likes, pattern].slice(-likesMax) };
}

/** A predicate that is true of the sample is true of every text; otherwise nothing is known. */
function unlessSampleMatches<T extends PresentValue>(
  present: T,
  { test, wanted }: Constraint,
  sample: string,
): T | undefined {
  return wanted || test(sample) !== TRUE ? present : undefined;
}

/** A text that matches a pattern matches everything that the pattern itself matches. */
function unlessLike(present: AbstractText, { test, wanted }: Constraint): AbstractText | undefined {
  const implied = present.likes.some((pattern) => test(pattern.replaceAll("*", anyCharacters)) === TRUE);
  return wanted || !implied ? present : undefined;
}

/** The most patterns on one text that are compared. */
const likesMax = 16;

/** Whether a text can match both patterns: their fixed beginnings and ends must agree. */
function compatible(left: string, right: string): boolean {
  const [a, b] = [fixedEnds(left), fixedEnds(right)];
  const starts = a.first.startsWith(b.first) || b.first.startsWith(a.first);
  return starts && (a.last.endsWith(b.last) || b.last.endsWith(a.last));
}

function fixedEnds(pattern: string): { readonly first: string; readonly last: string } {
  const parts = pattern.split("*");
  return { first: parts[0] ?? "", last: parts.at(-1) ?? "" };
}

/** The folded texts that equal one of these; undefined if not finite, as for the spellings of a number. */
function textsEqual(operands: readonly FactValue[]): string[] | undefined {
  const texts = operands.map((operand) => {
    if (operand === null) return "";
    if (typeof operand === "boolean") return String(operand);
    return typeof operand === "string" ? foldText(operand) : undefined;
  });
  return texts.includes(undefined) ? undefined : (texts as string[]);
}

/** Narrows a value of any type: only the same text equals a text that is not coerced. */
function narrowAny(
  present: PresentValue,
  { operator, operand, wanted }: Constraint,
): PresentValue | undefined {
  if (!wanted || (operator !== "equals" && operator !== "in")) return present;
  const operands = (operator === "in" ? listOf(operand) : [operand]).map(foldValue);
  if (operands.length === 0) return undefined;
  return operands.every(isPlainText) ? { kind: "among", values: operands, exact: false } : present;
}
