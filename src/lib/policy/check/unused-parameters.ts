import { isExpression } from "../language/expression.ts";
import type { Source, SourceMap } from "../source/parse.ts";
import type { Position } from "../source/problem.ts";

/** A call of parameters(), with its name where that is a constant. */
const call = /\bparameters\s*\(\s*(?:'([^']*)'\s*\))?/gi;

export interface UnusedParameter {
  readonly name: string;
  readonly at: Position;
}

/**
 * The parameters that no expression of their file names. The text is searched, and not what was compiled, because a
 * branch that the values of parameters exclude is not compiled.
 */
export function unusedParameters(source: Source): readonly UnusedParameter[] {
  if (source.kind !== "map") return [];
  const isDeclaration = (key: string) => key.toLowerCase() === "parameters";
  const declared = source.entries.find(({ key }) => isDeclaration(key))?.value;
  if (declared?.kind !== "map") return [];
  const rest: SourceMap = { ...source, entries: source.entries.filter(({ key }) => !isDeclaration(key)) };
  const names = new Set(textsIn(rest).filter(isExpression).flatMap(namesIn));
  // A name that is computed may be any of them.
  if (names.has(undefined)) return [];
  return declared.entries.flatMap(({ key, keyAt }) =>
    names.has(key.toLowerCase()) ? [] : [{ name: key, at: keyAt }],
  );
}

function namesIn(expression: string): readonly (string | undefined)[] {
  return [...expression.matchAll(call)].map(([, name]) => name?.toLowerCase());
}

function textsIn(source: Source): readonly string[] {
  switch (source.kind) {
    case "scalar":
      return typeof source.value === "string" ? [source.value] : [];
    case "list":
      return source.items.flatMap(textsIn);
    case "map":
      return source.entries.flatMap(({ value }) => textsIn(value));
  }
}
