import { plainValue } from "./check-operand.ts";
import type { FactValue } from "../values/fact.ts";
import type { Parameters } from "../language/formula.ts";
import { parseInstant } from "../values/instant.ts";
import type { ParameterValues } from "./parameter-values.ts";
import { entriesOf, textAt } from "../source/keys.ts";
import { nearest } from "../source/nearest.ts";
import type { Entry, Source } from "../source/parse.ts";
import type { Place, Problems } from "../source/problem.ts";

type Fits = (value: FactValue) => boolean;

/** Azure Policy's types of parameters. */
const types: ReadonlyMap<string, Fits> = new Map<string, Fits>([
  ["Array", Array.isArray],
  ["String", (value) => typeof value === "string"],
  ["Boolean", (value) => typeof value === "boolean"],
  ["Integer", Number.isInteger],
  ["Float", (value) => typeof value === "number"],
  ["Object", (value) => typeof value === "object" && value !== null && !Array.isArray(value)],
  ["DateTime", (value) => typeof value === "string" && parseInstant(value) !== undefined],
]);

export const parameterTypes: readonly string[] = [...types.keys()];

/** The names of a file's parameters as its author wrote them. */
export function parameterNamesIn(source: Source | undefined): readonly string[] {
  return source?.kind === "map" ? source.entries.map(({ key }) => key) : [];
}

/** The values of a file's parameters, by lower-cased name: those from outside, else their defaults. */
export function checkParameters(
  source: Source | undefined,
  given: ParameterValues,
  problems: Problems,
): Parameters {
  const parameters = new Map<string, FactValue>();
  if (source === undefined) return parameters;
  if (source.kind !== "map") {
    problems.add(source.at, "parameters must be a mapping of names to { type, defaultValue }");
    return parameters;
  }
  for (const entry of source.entries) {
    const name = entry.key.toLowerCase();
    if (parameters.has(name))
      problems.add(entry.keyAt, `there are two parameters "${entry.key}"; case does not count`);
    parameters.set(name, checkParameter(entry, givenValue(given, name), problems));
  }
  return parameters;
}

interface GivenValue {
  readonly value: FactValue;
  readonly at?: Place;
}

function givenValue({ values, places }: ParameterValues, name: string): GivenValue | undefined {
  const [value, at] = [values.get(name), places.get(name)];
  return value === undefined ? undefined : { value, ...(at === undefined ? {} : { at }) };
}

/** Azure's `metadata` (display name, description, strong type) is for its portal, and says nothing about a value. */
const parameterKeys = ["type", "defaultValue", "allowedValues", "description", "metadata"];

function checkParameter(
  { key, keyAt, value }: Entry,
  given: GivenValue | undefined,
  problems: Problems,
): FactValue {
  const keys = entriesOf(value, parameterKeys, problems);
  const typeSource = keys.get("type");
  const typeName = textAt(value, keys, "type", problems);
  const fits = typeName === "" ? undefined : typeOf(typeName, typeSource ?? value, problems);
  const declared = keys.get("defaultValue");
  const chosen =
    given !== undefined ? given.value : declared === undefined ? undefined : plainValue(declared);
  if (chosen === undefined) {
    problems.add(keyAt, `parameter "${key}" has neither a default nor a value from outside`);
    return null;
  }
  const at = given === undefined ? (declared?.at ?? keyAt) : (given.at ?? keyAt);
  const whose = given === undefined ? "its default" : "the value given from outside";
  if (fits !== undefined && !fits(chosen))
    problems.add(at, `parameter "${key}" must be of type ${typeName}, and ${whose} is not`);
  const allowed = keys.get("allowedValues");
  if (allowed !== undefined && !isAllowed(allowed, chosen))
    problems.add(at, `parameter "${key}" must be one of its allowedValues, and ${whose} is not`);
  return chosen;
}

function typeOf(name: string, source: Source, problems: Problems): Fits | undefined {
  const found = parameterTypes.find((each) => each.toLowerCase() === name.toLowerCase());
  if (found !== undefined) return types.get(found);
  const suggestion = nearest(name, parameterTypes);
  problems.add(
    source.at,
    `there is no type "${name}"; ${suggestion === undefined ? `one of ${parameterTypes.join(", ")} can stand here` : `did you mean "${suggestion}"?`}`,
  );
  return undefined;
}

function isAllowed(source: Source, value: FactValue): boolean {
  const allowed = plainValue(source);
  const wanted = JSON.stringify(value);
  return Array.isArray(allowed) && allowed.some((each) => JSON.stringify(each) === wanted);
}
