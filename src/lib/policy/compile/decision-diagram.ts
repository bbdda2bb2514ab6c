import { Unknown, type Env, type Prepared } from "../language/env.ts";
import type { Test } from "../language/operators.ts";
import type { FactValue } from "../values/fact.ts";
import { rangeHolds, type IpRange } from "../values/ip-range.ts";
import { TRUE, UNKNOWN, type Truth } from "../values/truth.ts";

/**
 * A compiled condition as a decision diagram: a question, and for each of its three answers the question that comes
 * next, or the truth of the whole. Members of `allOf` and `anyOf` that no longer matter are on no path, so deciding
 * means following one path.
 */
export type Diagram = Question | Truth;

/** All questions have the same properties in the same order, so that V8 reads them without a look-up. */
interface Question {
  readonly asks: Asked["asks"];
  readonly operand: Asked["operand"];
  /** Of the prepared value that it is about. */
  readonly index: number;
  /** Answers for a value that is known and not of the usual type. */
  readonly otherwise: Test;
  readonly whenTrue: Diagram;
  readonly whenUnknown: Diagram;
  readonly whenFalse: Diagram;
}

/** What a question asks of a value of the usual type. */
export type Asked =
  | { readonly asks: "equalsText" | "includes" | "startsWith" | "contains"; readonly operand: string }
  | { readonly asks: "isOneOf"; readonly operand: ReadonlySet<unknown> }
  | { readonly asks: "equalsNumber" | "isLess" | "isGreater"; readonly operand: number }
  | { readonly asks: "equalsBoolean"; readonly operand: boolean }
  | { readonly asks: "isWithin"; readonly operand: IpRange }
  | { readonly asks: "exists"; readonly operand: undefined }
  /** No type is usual: `otherwise` always answers. */
  | { readonly asks: "other"; readonly operand: undefined }
  | { readonly asks: "condition"; readonly operand: Predicate };

/** A condition as a function: one that is not about a single prepared value. */
export type Predicate = (env: Env) => Truth;

/** The truth of a compiled condition on prepared facts. */
export function decide(diagram: Diagram, env: Env): Truth {
  let at = diagram;
  while (typeof at !== "number") {
    const value = env.values[at.index];
    const answer = quickAnswer(at as Asked, value);
    if (answer === true) at = at.whenTrue;
    else if (answer === false) at = at.whenFalse;
    else at = nextByOperator(at, value, env);
  }
  return at;
}

/**
 * The answer for a value of the usual type; undefined for others. V8 inlines it into `decide` only while it has less
 * than 460 bytes of bytecode; a longer one would make decisions with few rules slower by a fifth.
 */
function quickAnswer({ asks, operand }: Asked, value: Prepared): boolean | undefined {
  switch (asks) {
    case "equalsText":
      return typeof value === "string" ? value === operand : undefined;
    case "isOneOf":
      return typeof value === "string" ? operand.has(value) : undefined;
    case "contains":
      if (Array.isArray(value)) return value.includes(operand);
      return typeof value === "string" ? value.includes(operand) : undefined;
    case "isWithin":
      return value === undefined || value instanceof Unknown
        ? undefined
        : rangeHolds(operand, value as IpRange);
    case "exists":
      if (value === undefined || value === null) return false;
      return value instanceof Unknown ? undefined : true;
    case "startsWith":
      return typeof value === "string" ? value.startsWith(operand) : undefined;
    case "includes":
      return typeof value === "string" ? value.includes(operand) : undefined;
    case "isLess":
      return typeof value === "number" ? value < operand : undefined;
    case "isGreater":
      return typeof value === "number" ? value > operand : undefined;
    case "equalsNumber":
      return typeof value === "number" ? value === operand : undefined;
    case "equalsBoolean":
      return typeof value === "boolean" ? value === operand : undefined;
    case "other":
    case "condition":
      return undefined;
  }
}

/** Where the value is of an unusual type, the operator's own test answers. */
function nextByOperator(question: Question, value: Prepared, env: Env): Diagram {
  const truth = operatorAnswer(question, value, env);
  if (truth === UNKNOWN) return question.whenUnknown;
  return truth === TRUE ? question.whenTrue : question.whenFalse;
}

function operatorAnswer({ asks, operand, otherwise }: Question, value: Prepared, env: Env): Truth {
  if (asks === "condition") return (operand as Predicate)(env);
  return value instanceof Unknown ? UNKNOWN : otherwise((value ?? null) as FactValue);
}
