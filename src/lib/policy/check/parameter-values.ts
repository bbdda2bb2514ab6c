import { plainValue } from "./check-operand.ts";
import type { FactValue } from "../values/fact.ts";
import type { Parameters } from "../language/formula.ts";
import type { PolicyText } from "../source/policy-text.ts";
import { parse, type Source } from "../source/parse.ts";
import {
  problemsOf,
  type Position,
  type SourcePlace,
  type Problem,
  type Problems,
} from "../source/problem.ts";

/** Where a value is given. */
export interface ValuePlace extends SourcePlace {
  /** The parameter's name as it is written there. */
  readonly name: string;
}

/** Supplied values of parameters by lower-cased name, and where each is given. */
export interface ParameterValues {
  readonly values: Parameters;
  readonly places: ReadonlyMap<string, ValuePlace>;
}

export const noParameterValues: ParameterValues = { values: new Map(), places: new Map() };

/** Reads a file of parameter values: a mapping of names to values, as YAML or JSON. */
export function readParameterValues({ file, text }: PolicyText, problems: Problem[]): ParameterValues {
  const into = problemsOf(file, problems);
  const source = parse(text, into, "parameters are a mapping of names to values");
  return source === undefined ? noParameterValues : parameterValuesIn(source, into);
}

export function parameterValuesIn(source: Source, problems: Problems): ParameterValues {
  if (source.kind !== "map") problems.add(source.at, "parameters must be a mapping of names to values");
  const entries = source.kind === "map" ? source.entries : [];
  return collect(
    entries.map(({ key, keyAt, value }) => ({
      name: key,
      nameAt: keyAt,
      value: plainValue(value),
      at: value.at,
    })),
    problems,
  );
}

/** Values of a JSON object. `from` is the option or the setting that holds it, whose start is the place of each. */
export function parameterValuesOf(
  parameters: Readonly<Record<string, unknown>>,
  from: string,
  problems: Problem[],
): ParameterValues {
  const at = { line: 1, column: 1 };
  return collect(
    Object.entries(parameters).map(([name, value]) => ({ name, nameAt: at, value: value as FactValue, at })),
    problemsOf(from, problems),
  );
}

interface GivenEntry {
  readonly name: string;
  readonly nameAt: Position;
  readonly value: FactValue;
  readonly at: Position;
}

function collect(entries: readonly GivenEntry[], problems: Problems): ParameterValues {
  const values = new Map<string, FactValue>();
  const places = new Map<string, ValuePlace>();
  for (const { name, nameAt, value, at } of entries) {
    const key = name.toLowerCase();
    if (values.has(key))
      problems.add(nameAt, `parameter "${name}" has two values, since names ignore case; keep one`);
    if (value === null)
      problems.add(nameAt, `parameter "${name}" has no value; leave it out to use its default`);
    values.set(key, value);
    places.set(key, { file: problems.file, ...at, name });
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
