import { isExpression, parseExpression, ExpressionInvalid, type Expression } from "../language/expression.ts";
import type { FactValue } from "../values/fact.ts";
import { FunctionFailed } from "../language/function-argument.ts";
import { functions } from "../language/functions.ts";
import { hasEach } from "../values/path.ts";
import { among, anything, numbers, text, union, type Possible } from "./possible.ts";
import { possibleAt, type World } from "./world.ts";

/** The expression that a text is; undefined for all other text. */
export function expressionIn(source: string): Expression | undefined {
  if (!isExpression(source)) return undefined;
  try {
    return parseExpression(source);
  } catch (error) {
    if (error instanceof ExpressionInvalid) return undefined;
    throw error;
  }
}

type Call = Extract<Expression, { kind: "call" }>;

const booleans = among([true, false]);
const predicates: readonly string[] = [
  "bool",
  "contains",
  "empty",
  "endswith",
  "equals",
  "greater",
  "greaterorequals",
  "iprangecontains",
  "less",
  "lessorequals",
  "startswith",
];

/** What an expression can come to. Where it fails it comes to nothing, and what is not known here may be anything. */
export function outcomeOf(expression: Expression, world: World): Possible {
  if (expression.kind === "literal") return among([expression.value]);
  if (expression.kind === "member") return anything;
  const name = expression.name.toLowerCase();
  switch (name) {
    case "field":
      return ofField(expression, world);
    case "not":
    case "and":
    case "or":
      return ofConnective(name, expression, world);
    case "if":
      return ofChoice(expression, world);
    case "utcnow":
      return { missing: false, present: { kind: "instant", least: -Infinity, most: Infinity } };
    default:
      return ofFunction(name, expression, world);
  }
}

/** In a function a field that is missing may be read as null or as the empty text. */
function ofField({ arguments: [name] }: Call, world: World): Possible {
  if (name?.kind !== "literal") return anything;
  const reference = world.catalogue.resolve(String(name.value));
  // Inside a count a list's `[*]` is its current member.
  if ("problem" in reference || hasEach(reference.steps)) return anything;
  const possible = possibleAt(reference, world);
  const { source, values } = reference.field;
  // An author who takes a function to it may well mean to ask whether it is there at all.
  const isRead = values !== undefined || ["connection", "service", "time"].includes(source);
  return possible.missing || !isRead ? union([{ ...possible, missing: true }, among([""])]) : possible;
}

function ofConnective(name: "not" | "and" | "or", { arguments: parts }: Call, world: World): Possible {
  const each = parts.map((part) => truthsOf(outcomeOf(part, world)));
  if (name === "not") return among((each[0] ?? []).map((value) => !value));
  const decisive = name === "or";
  // One that is always decisive decides; else none of them can be where each never is.
  const decides = (values: readonly boolean[]) =>
    values.length > 0 && values.every((value) => value === decisive);
  if (each.some(decides)) return among([decisive]);
  return each.every((values) => !values.includes(decisive)) ? among([!decisive]) : booleans;
}

/** Whatever else something can come to makes a connective fail. */
function truthsOf({ present }: Possible): readonly boolean[] {
  if (present?.kind !== "among") return [true, false];
  return present.values.filter((value) => typeof value === "boolean");
}

function ofChoice({ arguments: [condition, then, otherwise] }: Call, world: World): Possible {
  if (condition === undefined || then === undefined || otherwise === undefined) return anything;
  const truths = truthsOf(outcomeOf(condition, world));
  const chosen = truths.map((truth) => outcomeOf(truth ? then : otherwise, world));
  return union(chosen);
}

function ofFunction(name: string, call: Call, world: World): Possible {
  const parts = call.arguments.map((part) => outcomeOf(part, world));
  return ofItself(name, call) ?? ofListed(name, parts) ?? ofSamples(name, parts, world) ?? ofKind(name);
}

/** A value compared with itself. */
function ofItself(name: string, { arguments: [left, right] }: Call): Possible | undefined {
  if (left === undefined || right === undefined || spelled(left) !== spelled(right)) return undefined;
  if (["equals", "greaterorequals", "lessorequals"].includes(name)) return among([true]);
  return name === "greater" || name === "less" ? among([false]) : undefined;
}

/** An expression as text that equal ones share, however their names are written. */
export function spelled(expression: Expression): string {
  switch (expression.kind) {
    case "literal":
      return JSON.stringify(expression.value);
    case "member":
      return `${spelled(expression.of)}[${spelled(expression.key)}]`;
    case "call": {
      const name = expression.name.toLowerCase();
      const parts = expression.arguments.map(spelled).join();
      return `${name}(${name === "field" ? parts.toLowerCase() : parts})`;
    }
  }
}

const combinationsMax = 64;

/** Everything that comes of all that the arguments can be, where that is known. */
function ofListed(name: string, parts: readonly Possible[]): Possible | undefined {
  let rows: readonly (readonly FactValue[])[] = [[]];
  for (const { missing, present } of parts) {
    if (missing || present?.kind !== "among" || !present.exact) return undefined;
    if (rows.length * present.values.length > combinationsMax) return undefined;
    rows = rows.flatMap((row) => present.values.map((value) => [...row, value]));
  }
  const apply = functions.get(name)?.apply;
  if (apply === undefined) return undefined;
  return among(rows.flatMap((row) => applied(apply, row) ?? []));
}

/** At most one value; none where the function fails. */
function applied(apply: (...values: FactValue[]) => FactValue, row: readonly FactValue[]): FactValue[] {
  try {
    return [apply(...row)];
  } catch (error) {
    if (error instanceof FunctionFailed) return [];
    throw error;
  }
}

/** Texts of which the parts that all of them have are known already. */
function ofSamples(name: string, parts: readonly Possible[], { documented }: World): Possible | undefined {
  if (name === "concat") return joined(parts);
  const [left, right] = parts;
  if (left === undefined || left.missing || left.present?.kind !== "text") return undefined;
  const { sample, fixed } = left.present;
  if (name === "tolower" || name === "string") return left;
  // Azure names nothing by an empty text.
  if (documented && name === "length") return counted(sample.length, fixed ? sample.length : Infinity);
  if (documented && name === "empty") return among([false]);
  const part = right?.present?.kind === "among" && !right.missing ? right.present.values : [];
  const apply = functions.get(name)?.apply;
  if (!["contains", "startswith"].includes(name) || part.length !== 1 || apply === undefined)
    return undefined;
  return applied(apply, [sample, ...part])[0] === true ? among([true]) : undefined;
}

function joined(parts: readonly Possible[]): Possible | undefined {
  const samples = parts.map(({ missing, present }) => {
    if (missing || present === undefined) return undefined;
    if (present.kind === "text") return present.sample;
    const only = present.kind === "among" && present.values.length === 1 ? present.values[0] : undefined;
    return typeof only === "string" ? only : undefined;
  });
  return samples.includes(undefined) ? undefined : { missing: false, present: text(samples.join("")) };
}

/** What a function gives whatever its arguments are. */
function ofKind(name: string): Possible {
  if (predicates.includes(name)) return booleans;
  if (name === "length") return counted(0);
  if (name === "indexof" || name === "lastindexof") return counted(-1);
  if (["tolower", "toupper", "trim"].includes(name)) return { missing: false, present: text() };
  return anything;
}

function counted(least: number, most = Infinity): Possible {
  const present = numbers(least, most);
  return present === undefined ? anything : { missing: false, present };
}
