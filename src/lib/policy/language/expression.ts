/** A template expression: the text between the brackets of `"[parameters('landingZones')]"`. */
export type Expression =
  | { readonly kind: "literal"; readonly value: string | number }
  | { readonly kind: "call"; readonly name: string; readonly arguments: readonly Expression[] }
  /** `of[key]` or `of.key`. */
  | { readonly kind: "member"; readonly of: Expression; readonly key: Expression };

/** Whether a text is an expression. `[[` escapes a literal bracket, as in Azure Policy. */
export function isExpression(text: string): boolean {
  return text.startsWith("[") && text.endsWith("]") && !text.startsWith("[[");
}

export function unescape(text: string): string {
  return text.startsWith("[[") ? text.slice(1) : text;
}

/** Thrown for an invalid expression; its message is meant for the author of the policy. */
export class ExpressionInvalid extends Error {
  override readonly name = "ExpressionInvalid";
}

/**
 * Thrown for a parameter that has no usable value. That was reported where it is declared, and not again wherever it is
 * used.
 */
export class ParameterUnusable extends ExpressionInvalid {}

const depthMax = 32;
const token = /\s*(?:([A-Za-z_][A-Za-z0-9_]*)|(-?\d+(?:\.\d+)?)|'((?:[^']|'')*)'|([(),.[\]]))/y;

/** @throws {ExpressionInvalid} */
export function parseExpression(text: string): Expression {
  const inner = text.slice(1, -1).trim();
  const shown = inner.length > 80 ? `${inner.slice(0, 80)}…` : inner;
  const tokens = tokenise(inner);
  let next = 0;
  const expression = term(0);
  if (next < tokens.length) throw new ExpressionInvalid(`unexpected text after the expression in "${shown}"`);
  return expression;

  function term(depth: number): Expression {
    if (depth > depthMax) throw new ExpressionInvalid(`functions are nested deeper than ${depthMax} levels`);
    const current = tokens[next++];
    if (current === undefined) throw new ExpressionInvalid(`the expression "${shown}" is incomplete`);
    if (current.kind === "literal") return { kind: "literal", value: current.value };
    if (current.kind !== "name") throw new ExpressionInvalid(`unexpected "${current.text}" in "${shown}"`);
    return members(
      { kind: "call", name: current.text, arguments: callArguments(current.text, depth) },
      depth,
    );
  }

  /** Member accesses on the result of a call: `[2]`, `['key']`, `[field('…')]` and `.key`, one after another. */
  function members(call: Expression, depth: number): Expression {
    let whole = call;
    for (let taken = 1; ; taken++) {
      if (taken + depth > depthMax)
        throw new ExpressionInvalid(`members are nested deeper than ${depthMax} levels`);
      if (take(".")) whole = { kind: "member", of: whole, key: memberName() };
      else if (take("[")) whole = { kind: "member", of: whole, key: memberKey(depth) };
      else return whole;
    }
  }

  function memberName(): Expression {
    const current = tokens[next++];
    if (current?.kind === "name") return { kind: "literal", value: current.text };
    throw new ExpressionInvalid(`expected a name after the "." in "${shown}"; write other keys as ['key']`);
  }

  function memberKey(depth: number): Expression {
    const key = term(depth + 1);
    if (!take("]")) throw new ExpressionInvalid(`a "]" is missing in "${shown}"`);
    return key;
  }

  function callArguments(name: string, depth: number): Expression[] {
    if (!take("("))
      throw new ExpressionInvalid(
        `"${name}" needs parentheses, as in ${name}(); write text in single quotes`,
      );
    const list: Expression[] = [];
    if (take(")")) return list;
    do list.push(term(depth + 1));
    while (take(","));
    if (!take(")")) throw new ExpressionInvalid(`a ")" is missing in "${shown}"`);
    return list;
  }

  function take(symbol: string): boolean {
    const current = tokens[next];
    if (current?.kind !== "symbol" || current.text !== symbol) return false;
    next++;
    return true;
  }
}

/** Prints an expression, truncated for messages. */
export function printExpression(expression: Expression, max = 100): string {
  const text = printed(expression);
  return text.length <= max ? text : `${text.slice(0, max - 1)}…`;
}

function printed(expression: Expression): string {
  switch (expression.kind) {
    case "literal":
      return typeof expression.value === "number"
        ? String(expression.value)
        : `'${expression.value.replaceAll("'", "''")}'`;
    case "call":
      return `${expression.name}(${expression.arguments.map(printed).join(", ")})`;
    case "member":
      return `${printed(expression.of)}[${printed(expression.key)}]`;
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
    if (match === null)
      throw new ExpressionInvalid(
        `unexpected characters in the expression: "${text.slice(start, start + 80)}"`,
      );
    const [, name, number, string, symbol] = match;
    if (name !== undefined) tokens.push({ kind: "name", text: name });
    else if (number !== undefined) tokens.push({ kind: "literal", value: Number(number) });
    else if (string !== undefined) tokens.push({ kind: "literal", value: string.replaceAll("''", "'") });
    else tokens.push({ kind: "symbol", text: symbol ?? "" });
  }
  return tokens;
}
