import { conditionsMax } from "./check-condition.ts";
import { checkDuration } from "./check-duration.ts";
import { checkExemptions } from "./check-exemptions.ts";
import { checkLimits } from "./check-limits.ts";
import { checkParameters, parameterNamesIn } from "./check-parameters.ts";
import { namedParts, type NamedPart } from "./named-parts.ts";
import type { ParameterValues } from "./parameter-values.ts";
import { checkRules } from "./check-rule.ts";
import { unusedParameters, type UnusedParameter } from "./unused-parameters.ts";
import type { Catalogue } from "../language/fields.ts";
import { entriesOf, textAt } from "../source/keys.ts";
import type { Source } from "../source/parse.ts";
import type { Policy } from "../language/policy.ts";
import type { Position, Problems } from "../source/problem.ts";

/** One checked file of a policy. `default` and `revoke` are absent if the file does not set them. */
export interface PolicyFile extends Omit<Policy, "default" | "revoke"> {
  readonly default?: Policy["default"];
  readonly revoke?: Policy["revoke"];
  /** The names of its parameters as written. */
  readonly parameters: readonly string[];
  readonly unusedParameters: readonly UnusedParameter[];
  /** What has a name, also with mistakes that leave it out of the lists of the policy. */
  readonly named: Readonly<Record<NamedList, readonly NamedPart[]>>;
}

/** The lists whose members have names of their own. */
export const namedLists = ["rules", "limits", "exemptions"] as const;
type NamedList = (typeof namedLists)[number];

const policyKeys = [
  "name",
  "description",
  "parameters",
  "limits",
  "rules",
  "exemptions",
  "default",
  "revoke",
  "revokeAfter",
];

/** What remains of the limits that apply to all files of a policy set together. */
export interface Budget {
  conditions: number;
}

export function fullBudget(): Budget {
  return { conditions: conditionsMax };
}

export interface CheckOptions {
  readonly catalogue: Catalogue;
  readonly given: ParameterValues;
  readonly budget: Budget;
}

/**
 * Checks a file: every name must exist and every operand must fit. Reports all problems; the result is only meaningful
 * without problems.
 */
export function check(
  source: Source,
  { catalogue, given, budget }: CheckOptions,
  problems: Problems,
): PolicyFile {
  const definition = azureDefinitionIn(source);
  if (definition !== undefined) {
    problems.add(definition, azureDefinition);
    const named = { rules: [], limits: [], exemptions: [] };
    return { name: "", parameters: [], unusedParameters: [], limits: [], rules: [], exemptions: [], named };
  }
  const keys = entriesOf(source, policyKeys, problems);
  const parameters = checkParameters(keys.get("parameters"), given, problems);
  const parameterNames = parameterNamesIn(keys.get("parameters"));
  const scope = { catalogue, parameters, parameterNames, counts: [], budget, problems };
  const fallback = oneOf(keys, "default", ["hold", "reject"], problems);
  const revoke = oneOf(keys, "revoke", ["never", "rejected"], problems);
  const revokeAfterMs = checkDuration(keys.get("revokeAfter"), "revokeAfter", problems);
  const namedIn = (list: NamedList) => namedParts(keys.get(list), problems.file);
  return {
    name: textAt(source, keys, "name", problems),
    parameters: parameterNames,
    unusedParameters: unusedParameters(source),
    limits: checkLimits(keys.get("limits"), scope),
    rules: checkRules(source, keys.get("rules"), scope),
    exemptions: checkExemptions(keys.get("exemptions"), scope),
    named: { rules: namedIn("rules"), limits: namedIn("limits"), exemptions: namedIn("exemptions") },
    ...settingAt(fallback, keys.get("default"), problems),
    ...(revoke === undefined ? {} : { revoke }),
    ...(revokeAfterMs === undefined ? {} : { revokeAfterMs }),
  };
}

function settingAt(
  fallback: Policy["default"] | undefined,
  source: Source | undefined,
  { file }: Problems,
): Pick<PolicyFile, "default" | "defaultAt"> {
  if (fallback === undefined || source === undefined) return {};
  return { default: fallback, defaultAt: { file, ...source.at } };
}

const azureDefinition =
  "this is an Azure Policy definition; copy the if of its policyRule into a rule: " +
  "name: …, rules: [{ name: …, if: { … }, then: { effect: reject } }], and copy its parameters";

/** The position of the rule in a pasted Azure Policy definition; undefined for other files. */
function azureDefinitionIn(source: Source): Position | undefined {
  if (source.kind !== "map") return undefined;
  const own = ["properties", "policyrule"];
  return source.entries.find(({ key }) => own.includes(key.toLowerCase()))?.keyAt;
}

function oneOf<T extends string>(
  keys: ReadonlyMap<string, Source>,
  key: string,
  allowed: readonly T[],
  problems: Problems,
): T | undefined {
  const source = keys.get(key);
  if (source === undefined) return undefined;
  const value = source.kind === "scalar" ? source.value : undefined;
  const found = allowed.find((each) => each === value);
  if (found !== undefined) return found;
  const advice = value === "approve" ? "; to approve connections, write a rule" : "";
  problems.add(source.at, `${key} must be ${allowed.join(" or ")}${advice}`);
  return undefined;
}
