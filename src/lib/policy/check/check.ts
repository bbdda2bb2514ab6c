import { conditionsMax } from "./check-condition.ts";
import { checkExemptions } from "./check-exemptions.ts";
import { checkLimits } from "./check-limits.ts";
import { checkParameters, parameterNamesIn } from "./check-parameters.ts";
import type { ParameterValues } from "./parameter-values.ts";
import { checkRules } from "./check-rule.ts";
import type { Catalogue } from "../language/field.ts";
import { entriesOf, textAt } from "../source/keys.ts";
import type { Source } from "../source/parse.ts";
import type { Policy } from "../language/policy.ts";
import type { Position, Problems } from "../source/problem.ts";

/** One file of a policy. `default` and `revoke` are absent where the file does not set them. */
export interface PolicyFile extends Omit<Policy, "default" | "revoke"> {
  readonly default?: Policy["default"];
  readonly revoke?: Policy["revoke"];
  /** The names of its parameters as they were written. */
  readonly parameters: readonly string[];
}

const policyKeys = [
  "name",
  "description",
  "parameters",
  "limits",
  "rules",
  "exemptions",
  "default",
  "revoke",
];

/** What a policy set as a whole may use up, file by file. */
export interface Budget {
  conditions: number;
}

export function fullBudget(): Budget {
  return { conditions: conditionsMax };
}

/**
 * A located tree to a policy whose every name is known and every operand fits.
 * Reports all problems that it finds; the result counts only where there were none.
 */
export function check(
  source: Source,
  catalogue: Catalogue,
  given: ParameterValues,
  budget: Budget,
  problems: Problems,
): PolicyFile {
  const definition = azureDefinitionIn(source);
  if (definition !== undefined) {
    problems.add(definition, azureDefinition);
    return { name: "", parameters: [], limits: [], rules: [], exemptions: [] };
  }
  const keys = entriesOf(source, policyKeys, problems);
  const parameters = checkParameters(keys.get("parameters"), given, problems);
  const parameterNames = parameterNamesIn(keys.get("parameters"));
  const scope = { catalogue, parameters, parameterNames, counts: [], budget, problems };
  const fallback = oneOf(keys, "default", ["hold", "reject"], "; approving is what rules are for", problems);
  const revoke = oneOf(keys, "revoke", ["never", "rejected"], "", problems);
  return {
    name: textAt(source, keys, "name", problems),
    parameters: parameterNames,
    limits: checkLimits(keys.get("limits"), scope),
    rules: checkRules(source, keys.get("rules"), scope),
    exemptions: checkExemptions(keys.get("exemptions"), scope),
    ...(fallback === undefined ? {} : { default: fallback }),
    ...(revoke === undefined ? {} : { revoke }),
  };
}

const azureDefinition =
  "this is a policy definition of Azure's; what stands under the if of its policyRule can stand under the if of a rule here: " +
  'name: …, rules: [{ name: …, if: { … }, then: { effect: reject } }], and its parameters under "parameters"';

/** Where a definition of Azure Policy is pasted in whole: the place of its rule. */
function azureDefinitionIn(source: Source): Position | undefined {
  if (source.kind !== "map") return undefined;
  const own = ["properties", "policyrule"];
  return source.entries.find(({ key }) => own.includes(key.toLowerCase()))?.keyAt;
}

function oneOf<T extends string>(
  keys: ReadonlyMap<string, Source>,
  key: string,
  allowed: readonly T[],
  advice: string,
  problems: Problems,
): T | undefined {
  const source = keys.get(key);
  if (source === undefined) return undefined;
  const value = source.kind === "scalar" ? source.value : undefined;
  const found = allowed.find((each) => each === value);
  if (found === undefined) problems.add(source.at, `${key} must be ${allowed.join(" or ")}${advice}`);
  return found;
}
