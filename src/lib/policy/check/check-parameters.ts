import { plainValue } from "./check-operand.ts";
import type { FactValue } from "../values/fact.ts";
import type { Parameters } from "../language/formula.ts";
import { parseInstant } from "../values/instant.ts";
import type { ParameterValues } from "./parameter-values.ts";
import { entriesOf, textAt } from "../source/keys.ts";
import { didYouMean } from "../source/nearest.ts";
import type { Entry, Source } from "../source/parse.ts";
import type { SourcePlace, Problems } from "../source/problem.ts";

interface ParameterType {
  readonly fits: (value: FactValue) => boolean;
  /** A value as JSON, for the advice to give one. */
  readonly sample: string;
}

/** Azure Policy's parameter types. */
const types: ReadonlyMap<string, ParameterType> = new Map<string, ParameterType>([
  ["Array", { fits: Array.isArray, sample: '["..."]' }],
  ["String", { fits: (value) => typeof value === "string", sample: '"..."' }],
  ["Boolean", { fits: (value) => typeof value === "boolean", sample: "true" }],
  ["Integer", { fits: Number.isInteger, sample: "1" }],
  ["Float", { fits: (value) => typeof value === "number", sample: "0.5" }],
  [
    "Object",
    {
      fits: (value) => typeof value === "object" && value !== null && !Array.isArray(value),
      sample: '{"...": "..."}',
    },
  ],
  [
    "DateTime",
    {
      fits: (value) => typeof value === "string" && parseInstant(value) !== undefined,
      sample: '"2026-12-01T00:00:00Z"',
    },
  ],
]);

export const parameterTypes: readonly string[] = [...types.keys()];

/** The names of a file's parameters as written. */
export function parameterNamesIn(source: Source | undefined): readonly string[] {
  return source?.kind === "map" ? source.entries.map(({ key }) => key) : [];
}

/**
 * The values of a file's parameters by lower-cased name: supplied values, else the defaults. A parameter without a
 * value of its type is left out: the problem is reported here, once, and not wherever the parameter is used.
 */
export function checkParameters(
  source: Source | undefined,
  given: ParameterValues,
  problems: Problems,
): Parameters {
  const parameters = new Map<string, FactValue>();
  const seen = new Set<string>();
  if (source === undefined) return parameters;
  if (source.kind !== "map") {
    problems.add(source.at, "parameters must be a mapping of names to { type, defaultValue }");
    return parameters;
  }
  for (const entry of source.entries) {
    const name = entry.key.toLowerCase();
    if (seen.has(name))
      problems.add(
        entry.keyAt,
        `two parameters are named "${entry.key}", since names ignore case; rename one`,
      );
    seen.add(name);
    const value = checkParameter(entry, givenValue(given, name), problems);
    if (value !== undefined) parameters.set(name, value);
  }
  return parameters;
}

interface GivenValue {
  readonly value: FactValue;
  readonly at?: SourcePlace;
}

function givenValue({ values, places }: ParameterValues, name: string): GivenValue | undefined {
  const [value, at] = [values.get(name), places.get(name)];
  return value === undefined ? undefined : { value, ...(at === undefined ? {} : { at }) };
}

/** Azure's `metadata` (display name, description, strong type) serves its portal and does not affect a value. */
const parameterKeys = ["type", "defaultValue", "allowedValues", "description", "metadata"];

function checkParameter(
  { key, keyAt, value }: Entry,
  given: GivenValue | undefined,
  problems: Problems,
): FactValue | undefined {
  const keys = entriesOf(value, parameterKeys, problems);
  const typeSource = keys.get("type");
  const typeName = textAt(value, keys, "type", problems);
  const type = typeName === "" ? undefined : typeOf(typeName, typeSource ?? value, problems);
  const declared = keys.get("defaultValue");
  const chosen =
    given !== undefined ? given.value : declared === undefined ? undefined : plainValue(declared);
  if (chosen === undefined) {
    problems.add(
      keyAt,
      `parameter "${key}" has no value; add a defaultValue, or give values with --parameters or the setting DRAWBRIDGE_POLICY_PARAMETERS, such as '{"${key}": ${type?.sample ?? '"..."'}}'`,
    );
    return undefined;
  }
  // A value that is left empty has been reported where it is given.
  if (given?.value === null && given.at !== undefined) return undefined;
  const at = given === undefined ? (declared?.at ?? keyAt) : (given.at ?? keyAt);
  const what = `the ${given === undefined ? "default" : "supplied"} value of parameter "${key}"`;
  if (type !== undefined && !type.fits(chosen)) {
    problems.add(at, `${what} is not of type ${typeName}`);
    return undefined;
  }
  const allowed = keys.get("allowedValues");
  if (allowed !== undefined && !isAllowed(allowed, chosen))
    problems.add(at, `${what} is not one of its allowedValues`);
  return chosen;
}

function typeOf(name: string, source: Source, problems: Problems): ParameterType | undefined {
  const found = parameterTypes.find((each) => each.toLowerCase() === name.toLowerCase());
  if (found !== undefined) return types.get(found);
  problems.add(
    source.at,
    `unknown type "${name}"${didYouMean(name, parameterTypes, `; expected one of ${parameterTypes.join(", ")}`)}`,
  );
  return undefined;
}

function isAllowed(source: Source, value: FactValue): boolean {
  const allowed = plainValue(source);
  const wanted = JSON.stringify(value);
  return Array.isArray(allowed) && allowed.some((each) => JSON.stringify(each) === wanted);
}
