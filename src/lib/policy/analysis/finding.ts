import type { Comparison, Rule } from "../language/policy.ts";
import { truncate } from "../values/print-short.ts";
import type { SourcePlace, Problem } from "../source/problem.ts";
import { literalOf, type Literal } from "./literal.ts";

/** What is wrong, and where. */
export interface Finding {
  /** An error becomes a warning if the policy only observes. */
  readonly severity: Problem["severity"];
  readonly place: SourcePlace;
  readonly message: string;
}

/** An error in a comparison, and what to write instead. */
export interface Mismatch {
  readonly severity: Finding["severity"];
  readonly message: string;
}

export function placeOf({ at: { file } }: Rule, { at }: Comparison): SourcePlace {
  return { file, ...at };
}

const printedMax = 60;

/** A value as written in a policy, truncated. */
export function printValue(value: unknown): string {
  return truncate(JSON.stringify(value) ?? "", printedMax);
}

/** `requester.tenant equals "ours"` */
function describe({ text, operator, operand }: Comparison): string {
  const right = operand.kind === "computed" ? printValue(operand.text) : printValue(operand.value);
  return `${text} ${operator} ${right}`;
}

/** A comparison with its position: `requester.tenant equals "ours" (4:11)`. */
export function describeLocated(comparison: Comparison): string {
  const { line, column } = comparison.at;
  return `${describe(comparison)} (${line}:${column})`;
}

/** A literal with its position: `not requester.tenant equals "ours" (4:11)`. */
export function describeLiteral({ comparison, wanted }: Literal): string {
  const isAsWritten = literalOf(comparison, true).wanted === wanted;
  return `${isAsWritten ? "" : "not "}${describeLocated(comparison)}`;
}
