import type { FactValue } from "../values/fact.ts";
import { printShort } from "../values/print-short.ts";

export type Kind = "string" | "number" | "boolean" | "array" | "object" | "null";

/** What a function takes in one place. */
export interface Parameter {
  readonly kinds: readonly Kind[];
  /** What is wrong with a value of such a kind; undefined where nothing is. */
  readonly refuses?: (value: FactValue) => string | undefined;
}

export function kindOf(value: FactValue): Kind {
  if (value === null) return "null";
  if (Array.isArray(value)) return "array";
  return typeof value as Kind;
}

/** Kinds of values as people are told of them. */
export const nouns: Readonly<Record<Kind, string>> = {
  string: "text",
  number: "a number",
  boolean: "true or false",
  array: "a list",
  object: "an object",
  null: "null",
};

/** Why a value cannot be an argument; undefined where it can. */
export function argumentError({ kinds, refuses }: Parameter, value: FactValue): string | undefined {
  const kind = kindOf(value);
  if (!kinds.includes(kind)) return `${printShort(value)} is ${nouns[kind]}, and ${wanted(kinds)} is wanted`;
  return refuses?.(value);
}

/** The same where only the kind is known, of something that its author wrote as `shown`. */
export function kindError({ kinds }: Parameter, kind: Kind, shown: string): string | undefined {
  return kinds.includes(kind) ? undefined : `${shown} is ${nouns[kind]}, and ${wanted(kinds)} is wanted`;
}

function wanted(kinds: readonly Kind[]): string {
  const [last = "", ...others] = kinds
    .filter((kind) => kind !== "null")
    .map((kind) => nouns[kind])
    .toReversed();
  return others.length === 0 ? last : `${others.toReversed().join(", ")} or ${last}`;
}

function parameter(kinds: readonly Kind[], refuses?: Parameter["refuses"]): Parameter {
  return { kinds, ...(refuses === undefined ? {} : { refuses }) };
}

/** A value of such a kind for which something holds; `wrong` says what is wrong with others, behind the value. */
function constrained(kinds: readonly Kind[], holds: (value: FactValue) => boolean, wrong: string): Parameter {
  return { kinds, refuses: (value) => (holds(value) ? undefined : `${printShort(value)} ${wrong}`) };
}

export function textWhere(holds: (text: string) => boolean, wrong: string): Parameter {
  return constrained(["string"], (value) => holds(value as string), wrong);
}

export function integerWhere(holds: (value: number) => boolean, wrong: string): Parameter {
  const whole = integer.refuses;
  return parameter(
    ["number"],
    (value) => whole?.(value) ?? (holds(value as number) ? undefined : `${printShort(value)} ${wrong}`),
  );
}

/** A number, or text that reads as one. */
export function numberOrTextWhere(holds: (text: string) => boolean, wrong: string): Parameter {
  return constrained(
    ["string", "number"],
    (value) => typeof value === "number" || holds(value as string),
    wrong,
  );
}

export const anything = parameter(["string", "number", "boolean", "array", "object", "null"]);
export const text = parameter(["string"]);
export const nonEmptyText = textWhere((value) => value !== "", "is empty");
export const integer = constrained(["number"], Number.isSafeInteger, "is no whole number");
export const natural = integerWhere((value) => value >= 0, "is negative");
export const list = parameter(["array"]);
export const object = parameter(["object"]);
export const textOrNumber = parameter(["string", "number"]);
export const textOrList = parameter(["string", "array"]);
export const listOrObject = parameter(["array", "object"]);
/** null has no members either, as in the chain that tryGet(tryGet(…)) is. */
export const listOrObjectOrNull = parameter(["array", "object", "null"]);
export const sized = parameter(["string", "array", "object"]);
export const sizedOrNull = parameter(["string", "array", "object", "null"]);
export const joinable = parameter(["string", "number", "boolean", "array"]);
export const integersOrOne = constrained(
  ["number", "array"],
  (value) => (Array.isArray(value) ? value : [value]).every(Number.isSafeInteger),
  "is no whole number, nor a list of such",
);
export const delimiters = constrained(
  ["string", "array"],
  (value) =>
    (Array.isArray(value) ? value : [value]).every((each) => typeof each === "string" && each !== ""),
  "is no delimiter: text that is not empty, or a list of such",
);
export const booleanText = constrained(
  ["string", "number", "boolean"],
  (value) =>
    typeof value === "string"
      ? /^(?:true|false)$/i.test(value)
      : [true, false, 0, 1].includes(value as never),
  "is neither true nor false, 1 nor 0",
);
