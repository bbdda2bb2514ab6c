import { checkValue, writtenText } from "./check-operand.ts";
import type { FactValue } from "../values/fact.ts";
import type { Names } from "../language/formula.ts";
import type { Source } from "../source/parse.ts";
import type { Problems } from "../source/problem.ts";

/** A value that is the same for every connection: written out, or an expression of parameters. */
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
    `${key} must be the same for every connection; "${writtenText(source)}" is not, so use parameters instead of fields and times`,
  );
  return undefined;
}

/** One text or a list of them, none of them empty; undefined with a problem where it is neither. */
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
  problems.add(source.at, `${key} must be text, or a list of texts`);
  return undefined;
}

/** A whole number of connections; undefined with a problem where it is none. */
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
      `max must be a whole number, zero or more${value === undefined ? "" : `; this is ${JSON.stringify(value)}`}`,
    );
  return undefined;
}
