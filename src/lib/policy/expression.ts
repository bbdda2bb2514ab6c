import type { FactValue } from "./fact.ts";
import { nearest } from "./nearest.ts";

/** A template expression: the text between the brackets of `"[parameters('landingZones')]"`. */
export type Expression =
  | { readonly kind: "literal"; readonly value: string | number }
  | { readonly kind: "call"; readonly name: string; readonly arguments: readonly Expression[] };

/** Whether a text is an expression. `[[` escapes a literal bracket, as in Azure Policy. */
export function isExpression(text: string): boolean {
  return text.startsWith("[") && text.endsWith("]") && !text.startsWith("[[");
}

export function unescape(text: string): string {
  return text.startsWith("[[") ? text.slice(1) : text;
}

/** Thrown for an expression that cannot be read or computed; its message is fit for the author of the policy. */
export class ExpressionInvalid extends Error {
  override readonly name = "ExpressionInvalid";
}

export type Parameters = ReadonlyMap<string, FactValue>;

/** The value of an expression that rests on parameters alone. */
export function evaluateExpression(text: string, parameters: Parameters): FactValue {
  return compute(parseExpression(text), parameters);
}

function compute(expression: Expression, parameters: Parameters): FactValue {
  if (expression.kind === "literal") return expression.value;
  if (expression.name.toLowerCase() !== "parameters") throw unknownFunction(expression.name);
  const [name, ...rest] = expression.arguments;
  if (name?.kind !== "literal" || typeof name.value !== "string" || rest.length > 0)
    throw new ExpressionInvalid("parameters() takes one name in single quotes: parameters('landingZones')");
  const value = parameters.get(name.value.toLowerCase());
  if (value !== undefined) return value;
  const suggestion = nearest(name.value, [...parameters.keys()]);
  throw new ExpressionInvalid(
    `there is no parameter "${name.value}"${suggestion === undefined ? "" : `; did you mean "${suggestion}"?`}`,
  );
}

function unknownFunction(name: string): ExpressionInvalid {
  return new ExpressionInvalid(`there is no function "${name}"; the only one here is parameters('name')`);
}

const depthMax = 32;
const token = /\s*(?:([A-Za-z_][A-Za-z0-9_]*)|(-?\d+(?:\.\d+)?)|'((?:[^']|'')*)'|([(),]))/y;

/** @throws {ExpressionInvalid} */
function parseExpression(text: string): Expression {
  const inner = text.slice(1, -1).trim();
  const tokens = tokenise(inner);
  let next = 0;
  const expression = term(0);
  if (next < tokens.length) throw new ExpressionInvalid(`"${inner}" goes on after its end`);
  return expression;

  function term(depth: number): Expression {
    if (depth > depthMax) throw new ExpressionInvalid(`functions are nested deeper than ${depthMax} levels`);
    const current = tokens[next++];
    if (current === undefined) throw new ExpressionInvalid(`"${inner}" ends too early`);
    if (current.kind === "literal") return { kind: "literal", value: current.value };
    if (current.kind !== "name")
      throw new ExpressionInvalid(`"${current.text}" cannot stand here in "${inner}"`);
    return { kind: "call", name: current.text, arguments: callArguments(current.text, depth) };
  }

  function callArguments(name: string, depth: number): Expression[] {
    if (!take("(")) throw new ExpressionInvalid(`"${name}" needs its arguments in parentheses`);
    const list: Expression[] = [];
    if (take(")")) return list;
    do list.push(term(depth + 1));
    while (take(","));
    if (!take(")")) throw new ExpressionInvalid(`a ")" is missing in "${inner}"`);
    return list;
  }

  function take(symbol: string): boolean {
    const current = tokens[next];
    if (current?.kind !== "symbol" || current.text !== symbol) return false;
    next++;
    return true;
  }
}

type Token =
  | { readonly kind: "name" | "symbol"; readonly text: string }
  | { readonly kind: "literal"; readonly value: string | number };

function tokenise(text: string): Token[] {
  const tokens: Token[] = [];
  token.lastIndex = 0;
  while (token.lastIndex < text.length) {
    const start = token.lastIndex;
    const match = token.exec(text);
    if (match === null) throw new ExpressionInvalid(`"${text.slice(start)}" cannot be read`);
    const [, name, number, string, symbol] = match;
    if (name !== undefined) tokens.push({ kind: "name", text: name });
    else if (number !== undefined) tokens.push({ kind: "literal", value: Number(number) });
    else if (string !== undefined) tokens.push({ kind: "literal", value: string.replaceAll("''", "'") });
    else tokens.push({ kind: "symbol", text: symbol ?? "" });
  }
  return tokens;
}
