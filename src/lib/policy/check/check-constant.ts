import { checkValue, writtenText } from "./check-operand.ts";
import type { FactValue } from "../values/fact.ts";
import type { Names } from "../language/formula.ts";
import type { Source } from "../source/parse.ts";
import type { Problems } from "../source/problem.ts";

/** A value that is the same for every connection: a constant, or an expression of parameters. */
export function checkConstant(
  source: Source,
  key: string,
  names: Names,
  problems: Problems,
): FactValue | undefined {
  const operand = checkValue(source, names, problems);
  if (operand === undefined || operand.kind === "constant") return operand?.value;
  problems.add(
    source.at,
    `${key} must be the same for every connection, so "${writtenText(source)}" may use only constants and parameters`,
  );
  return undefined;
}

/** A non-empty text or a list of them; undefined with a problem for other values. */
export function checkTexts(
  source: Source,
  key: string,
  names: Names,
  problems: Problems,
): readonly string[] | undefined {
  const value = checkConstant(source, key, names, problems);
  if (value === undefined) return undefined;
  const texts: readonly FactValue[] = Array.isArray(value) ? value : [value];
  if (texts.every((each) => typeof each === "string" && each.trim() !== "")) return texts as string[];
  problems.add(source.at, `${key} must be non-empty text or a list of such texts`);
  return undefined;
}

/** A maximum number of connections; undefined with a problem if it is not a whole number. */
export function checkMax(
  parent: Source,
  source: Source | undefined,
  names: Names,
  problems: Problems,
): number | undefined {
  const value = source && checkConstant(source, "max", names, problems);
  if (typeof value === "number" && Number.isInteger(value) && value >= 0) return value;
  if (source === undefined || value !== undefined)
    problems.add(
      source?.at ?? parent.at,
      `max must be a whole number of at least 0${value === undefined ? "" : `, not ${JSON.stringify(value)}`}`,
    );
  return undefined;
}
