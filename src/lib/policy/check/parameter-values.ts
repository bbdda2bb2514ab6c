import { plainValue } from "./check-operand.ts";
import type { FactValue } from "../values/fact.ts";
import type { Parameters } from "../language/formula.ts";
import type { PolicyText } from "../source/policy-text.ts";
import { parse, type Source } from "../source/parse.ts";
import { problemsOf, type SourcePlace, type Problem, type Problems } from "../source/problem.ts";

/** Supplied values of parameters by lower-cased name, and their source positions. */
export interface ParameterValues {
  readonly values: Parameters;
  readonly places: ReadonlyMap<string, SourcePlace>;
}

export const noParameterValues: ParameterValues = { values: new Map(), places: new Map() };

/** Reads a file of parameter values: a mapping of names to values, as YAML or JSON. */
export function readParameterValues({ file, text }: PolicyText, problems: Problem[]): ParameterValues {
  const into = problemsOf(file, problems);
  const source = parse(text, into, "parameters are a mapping of names to values");
  return source === undefined ? noParameterValues : parameterValuesIn(source, into);
}

export function parameterValuesIn(source: Source, problems: Problems): ParameterValues {
  const values = new Map<string, FactValue>();
  const places = new Map<string, SourcePlace>();
  if (source.kind !== "map") problems.add(source.at, "parameters must be a mapping of names to values");
  for (const { key, keyAt, value } of source.kind === "map" ? source.entries : []) {
    const name = key.toLowerCase();
    if (values.has(name))
      problems.add(keyAt, `parameter "${key}" has two values, since names ignore case; keep one`);
    if (value.kind === "scalar" && value.value === null)
      problems.add(keyAt, `parameter "${key}" has no value; leave it out to use its default`);
    values.set(name, plainValue(value));
    places.set(name, { file: problems.file, ...value.at });
  }
  return { values, places };
}

/** Merges values by name; the second overrides the first. */
export function mergeParameterValues(first: ParameterValues, second: ParameterValues): ParameterValues {
  const places = new Map([...first.places].filter(([name]) => !second.values.has(name)));
  return {
    values: new Map([...first.values, ...second.values]),
    places: new Map([...places, ...second.places]),
  };
}
