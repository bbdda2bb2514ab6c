import type { FactValue } from "../values/fact.ts";
import { fold, foldValue } from "../values/fold.ts";
import { parseInstant } from "../values/instant.ts";
import { operators, type OperatorName, type Test } from "../language/operator.ts";
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

/** What is left of a value where a literal holds. More than that may be left, and never less. */
export type Narrow = (possible: AbstractValue, literal: Literal) => AbstractValue;

interface Constraint {
  readonly operator: OperatorName;
  readonly operand: FactValue;
  readonly wanted: boolean;
  readonly test: Test;
}

/** Left by a constant; a right side that is computed leaves everything. */
export const narrow: Narrow = (possible, { comparison, operator, wanted, test }) => {
  if (test === undefined || comparison.operand.kind !== "constant") return possible;
  const asked = { operator, operand: comparison.operand.value, wanted, test };
  const present = possible.present === undefined ? undefined : narrowPresent(possible.present, asked);
  const missing = possible.missing && holds(null, asked);
  return present === undefined ? { missing } : { missing, present };
};

/** A comparison that cannot be told is neither true nor false. */
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
  // What minds the case cannot be asked of a text that stands for several spellings.
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
  if (isOrder(operator)) {
    const limit = numberOf(operand);
    // A number and other text have no order, so that this is never true and never false.
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

function isOrder(operator: OperatorName): boolean {
  return ["less", "lessOrEquals", "greater", "greaterOrEquals"].includes(operator);
}

/** The whole numbers for which an order holds, or does not. */
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
  if (!isOrder(operator) || limit === undefined) return present;
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
    return typeof operand === "string" ? like(present, fold(operand)) : present;
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

/** What is true of the sample is true of every text; what is not may be of another. */
function unlessSampleMatches<T extends PresentValue>(
  present: T,
  { test, wanted }: Constraint,
  sample: string,
): T | undefined {
  return wanted || test(sample) !== TRUE ? present : undefined;
}

/** What is like one pattern is like, or contains, all that the pattern itself does. */
function unlessLike(present: AbstractText, { test, wanted }: Constraint): AbstractText | undefined {
  const implied = present.likes.some((pattern) => test(pattern.replaceAll("*", anyCharacters)) === TRUE);
  return wanted || !implied ? present : undefined;
}

/** So many patterns on one text are held against each other. */
const likesMax = 16;

/** Whether a text can be like both: their beginnings and their ends must not differ. */
function compatible(left: string, right: string): boolean {
  const [a, b] = [fixedEnds(left), fixedEnds(right)];
  const starts = a.first.startsWith(b.first) || b.first.startsWith(a.first);
  return starts && (a.last.endsWith(b.last) || b.last.endsWith(a.last));
}

function fixedEnds(pattern: string): { readonly first: string; readonly last: string } {
  const parts = pattern.split("*");
  return { first: parts[0] ?? "", last: parts.at(-1) ?? "" };
}

/** The folded texts that equal one of these; undefined where they cannot be counted, as the spellings of a number. */
function textsEqual(operands: readonly FactValue[]): string[] | undefined {
  const texts = operands.map((operand) => {
    if (operand === null) return "";
    if (typeof operand === "boolean") return String(operand);
    return typeof operand === "string" ? fold(operand) : undefined;
  });
  return texts.includes(undefined) ? undefined : (texts as string[]);
}

/** Of a value of any kind: only text equals a text that stands for nothing else. */
function narrowAny(
  present: PresentValue,
  { operator, operand, wanted }: Constraint,
): PresentValue | undefined {
  if (!wanted || (operator !== "equals" && operator !== "in")) return present;
  const operands = (operator === "in" ? listOf(operand) : [operand]).map(foldValue);
  if (operands.length === 0) return undefined;
  return operands.every(isPlainText) ? { kind: "among", values: operands, exact: false } : present;
}
