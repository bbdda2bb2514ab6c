import type { FactValue } from "../policy/values/fact.ts";
import type { Parameters } from "../policy/language/formula.ts";
import { parseJson } from "../json.ts";
import type { Config } from "./config.ts";

type ParameterSettings = Pick<Config, "policyParameters" | "policyParametersFile">;

const what =
  'a JSON object of parameter values, {"name": value}, or a file beside the policy such as parameters/prod.yaml';

/**
 * Where the policy's parameter values are: in the setting itself, as a JSON object, or in a file of the policy's folder
 * or container, which is read together with the policy.
 */
export function readPolicyParameters(
  value: string | undefined,
  problems: string[],
  setting = "DRAWBRIDGE_POLICY_PARAMETERS",
): ParameterSettings {
  if (value === undefined) return { policyParameters: {} };
  if (isParameterFile(value)) {
    if (isOutside(value))
      problems.push(
        `${setting} names "${value}", which is not in the policy's own folder; it must be ${what}`,
      );
    return { policyParameters: {}, policyParametersFile: value.replaceAll("\\", "/").replace(/^\.\//, "") };
  }
  const parsed = parseJson(value);
  if (typeof parsed === "object" && parsed !== null && !Array.isArray(parsed))
    return { policyParameters: parsed as Record<string, unknown> };
  problems.push(`${setting} must be ${what}`);
  return { policyParameters: {} };
}

export function isParameterFile(value: string): boolean {
  return /\.(ya?ml|json)$/i.test(value) && !/^\s*[{[]/.test(value);
}

function isOutside(path: string): boolean {
  return /^([a-z]+:|[\\/])/i.test(path) || path.split(/[\\/]/).includes("..");
}

/** Values by lower-cased name, as parameters are looked up. */
export function valuesOf(parameters: Config["policyParameters"]): Parameters {
  return new Map(Object.entries(parameters).map(([name, value]) => [name.toLowerCase(), value as FactValue]));
}
