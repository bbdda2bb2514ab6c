import { createHash } from "node:crypto";
import type { FactValue } from "../policy/fact.ts";
import { connectionCatalogue } from "../policy/field.ts";
import { load, type PolicyText } from "../policy/load.ts";
import type { LoadedPolicy } from "../policy/loaded-policy.ts";
import { outlineOf } from "../policy/outline.ts";
import { formatProblem } from "../policy/problem.ts";
import type { Config } from "./config.ts";
import { readPolicyFiles } from "./policy-files.ts";

type Settings = Pick<Config, "policyParameters" | "mode">;

/**
 * The policy of the configuration, from the package's files. Never throws: a policy that cannot be read or does
 * not load is an invalid one, under which everything is held.
 */
export function loadPolicy(root: string, settings: Settings & Pick<Config, "policy">): LoadedPolicy {
  const { policy, policyParameters } = settings;
  const files = tryRead(root, policy);
  return typeof files === "string"
    ? { kind: "invalid", hash: hashOf([], policyParameters), problems: [files] }
    : policyFrom(files, settings);
}

/** The policy of these texts, wherever they were read. */
export function policyFrom(files: readonly PolicyText[], { policyParameters, mode }: Settings): LoadedPolicy {
  const hash = hashOf(files, policyParameters);
  if (files.length === 0)
    return {
      kind: "invalid",
      hash,
      problems: ["there is no policy file in the place that DRAWBRIDGE_POLICY names"],
    };
  const values = new Map(
    Object.entries(policyParameters).map(
      ([name, value]) => [name.toLowerCase(), value as FactValue] as const,
    ),
  );
  const enforcing = mode === "approve-only" || mode === "enforce";
  const loaded = load(files, connectionCatalogue, { values, enforcing });
  if (loaded.kind === "invalid")
    return { kind: "invalid", hash, problems: loaded.problems.map(formatProblem) };
  const { compiled } = loaded;
  return {
    kind: "valid",
    name: compiled.policy.name,
    hash,
    compiled,
    outline: () => outlineOf(files, values),
  };
}

function tryRead(root: string, path: string): PolicyText[] | string {
  try {
    return readPolicyFiles(root, path);
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : "unreadable";
    return `the policy ${path} cannot be read (${code}); DRAWBRIDGE_POLICY names a file or a folder in the package`;
  }
}

function hashOf(files: readonly PolicyText[], parameters: Config["policyParameters"]): string {
  return createHash("sha256")
    .update(JSON.stringify([files, parameters]))
    .digest("hex");
}
