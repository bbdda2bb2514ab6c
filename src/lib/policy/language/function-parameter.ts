import type { FactValue } from "../values/fact.ts";
import { printShort } from "../values/print-short.ts";

export type Kind = "string" | "number" | "boolean" | "array" | "object" | "null";

/** The declaration of one parameter of a function. */
export interface Parameter {
  readonly kinds: readonly Kind[];
  /** The error of a value of these types; undefined if there is none. */
  readonly refuses?: (value: FactValue) => string | undefined;
}

export function kindOf(value: FactValue): Kind {
  if (value === null) return "null";
  if (Array.isArray(value)) return "array";
  return typeof value as Kind;
}

/** Names of types in messages. */
export const nouns: Readonly<Record<Kind, string>> = {
  string: "text",
  number: "a number",
  boolean: "true or false",
  array: "a list",
  object: "an object",
  null: "null",
};

/** The error of an argument; undefined if it is valid. */
export function argumentError({ kinds, refuses }: Parameter, value: FactValue): string | undefined {
  const kind = kindOf(value);
  if (!kinds.includes(kind)) return `expected ${wanted(kinds)}, but ${printShort(value)} is ${nouns[kind]}`;
  return refuses?.(value);
}

/** The error of an argument, written as `shown`, of which only the type is known. */
export function kindError({ kinds }: Parameter, kind: Kind, shown: string): string | undefined {
  return kinds.includes(kind) ? undefined : `expected ${wanted(kinds)}, but ${shown} is ${nouns[kind]}`;
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

/** A parameter of these types with a predicate; `wrong` follows a value that fails it. */
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

/** A number, or text for which a predicate holds. */
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
export const integer = constrained(["number"], Number.isSafeInteger, "is not a whole number");
export const natural = integerWhere((value) => value >= 0, "is negative");
export const list = parameter(["array"]);
export const object = parameter(["object"]);
export const textOrNumber = parameter(["string", "number"]);
export const textOrList = parameter(["string", "array"]);
export const listOrObject = parameter(["array", "object"]);
/** Includes null, so that tryGet() calls can be nested. */
export const listOrObjectOrNull = parameter(["array", "object", "null"]);
export const sized = parameter(["string", "array", "object"]);
export const sizedOrNull = parameter(["string", "array", "object", "null"]);
export const joinable = parameter(["string", "number", "boolean", "array"]);
export const integersOrOne = constrained(
  ["number", "array"],
  (value) => (Array.isArray(value) ? value : [value]).every(Number.isSafeInteger),
  "is neither a whole number nor a list of whole numbers",
);
export const delimiters = constrained(
  ["string", "array"],
  (value) =>
    (Array.isArray(value) ? value : [value]).every((each) => typeof each === "string" && each !== ""),
  "is not a delimiter, which is non-empty text or a list of such texts",
);
export const booleanText = constrained(
  ["string", "number", "boolean"],
  (value) =>
    typeof value === "string"
      ? /^(?:true|false)$/i.test(value)
      : [true, false, 0, 1].includes(value as never),
  "is not true, false, 1 or 0",
);
