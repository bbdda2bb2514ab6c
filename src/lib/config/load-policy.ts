import { sha256 } from "../hash.ts";
import { connectionCatalogue } from "../policy/language/fields.ts";
import {
  parameterValuesOf,
  readParameterValues,
  noParameterValues,
  mergeParameterValues,
} from "../policy/check/parameter-values.ts";
import { load } from "../policy/load.ts";
import type { PolicyText } from "../policy/source/policy-text.ts";
import type { LoadedPolicy } from "../policy/loaded-policy.ts";
import { outlineOf } from "../policy/outline.ts";
import { separatePolicies } from "../policy/separate-policies.ts";
import { formatProblem, type Problem } from "../policy/source/problem.ts";
import { joinTruncated } from "../truncate-list.ts";
import type { Config } from "./config.ts";
import { readPolicyTexts, type PolicyTexts } from "./policy-files.ts";

type Settings = Pick<Config, "policyParameters" | "mode">;

/**
 * The policy of the configuration, from the package's files. Never throws: a policy that cannot be read or does
 * not load is an invalid one, under which everything is held.
 */
export function loadPolicy(
  root: string,
  settings: Settings & Pick<Config, "policy" | "policyParametersFile">,
): LoadedPolicy {
  const { policy, policyParameters, policyParametersFile } = settings;
  const texts = tryRead(root, policy, policyParametersFile);
  return typeof texts === "string"
    ? { kind: "invalid", hash: hashOf([], policyParameters), problems: [texts] }
    : policyFrom(texts.files, settings, texts.parameters);
}

/** Loads the policy from these texts. `parameters` is the file of its parameters' values. */
export function policyFrom(
  files: readonly PolicyText[],
  { policyParameters, mode }: Settings,
  parameters?: PolicyText,
): LoadedPolicy {
  const hash = hashOf(files, policyParameters, parameters);
  const invalid = (problems: readonly string[]) => ({ kind: "invalid", hash, problems }) as const;
  if (files.length === 0)
    return invalid(["there is no policy file in the place that DRAWBRIDGE_POLICY names"]);
  const ofParameters: Problem[] = [];
  const own = parameters === undefined ? noParameterValues : readParameterValues(parameters, ofParameters);
  const inSetting = parameterValuesOf(policyParameters, "DRAWBRIDGE_POLICY_PARAMETERS", ofParameters);
  const given = mergeParameterValues(own, inSetting);
  const enforcing = mode === "approve-only" || mode === "enforce";
  const options = { ...given, enforcing };
  const loaded = load(files, connectionCatalogue, options);
  const problems = loaded.kind === "invalid" ? [...ofParameters, ...loaded.problems] : ofParameters;
  if (loaded.kind === "invalid" || problems.length > 0) {
    const folders = separatePolicies(files, loaded, options);
    return invalid([...adviceOn(folders), ...problems.map(formatProblem)]);
  }
  const { compiled } = loaded;
  return {
    kind: "valid",
    name: compiled.policy.name,
    hash,
    compiled,
    outline: () => outlineOf(files, given.values),
    source: { files, values: policyParameters, ...(parameters === undefined ? {} : { parameters }) },
  };
}

function adviceOn(separate: readonly string[]): readonly string[] {
  if (separate.length === 0) return [];
  return [
    `the files of ${separate.length} folders were read as one policy; if each is a policy of its own, DRAWBRIDGE_POLICY has to name one of them: ${joinTruncated(separate, 3)}`,
  ];
}

function tryRead(root: string, path: string, parameters: string | undefined): PolicyTexts | string {
  try {
    return readPolicyTexts(root, path, parameters);
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : "unreadable";
    const file = error instanceof Error && "path" in error ? String(error.path) : "";
    return parameters !== undefined && file.endsWith(parameters)
      ? `the policy's parameters ${parameters} cannot be read (${code}); DRAWBRIDGE_POLICY_PARAMETERS names a file in the policy's folder, or is a JSON object`
      : `the policy ${path} cannot be read (${code}); DRAWBRIDGE_POLICY names a file or a folder in the package`;
  }
}

/** The hash of the files and the values, so that a change of either is a change of the policy. */
function hashOf(
  files: readonly PolicyText[],
  values: Config["policyParameters"],
  parameters?: PolicyText,
): string {
  const all = parameters === undefined ? [files, values] : [files, values, parameters];
  return sha256(JSON.stringify(all));
}
