import { createHash } from "node:crypto";
import type { FactValue } from "../policy/fact.ts";
import { connectionCatalogue } from "../policy/field.ts";
import { load, type PolicyText } from "../policy/load.ts";
import type { LoadedPolicy } from "../policy/loaded-policy.ts";
import { formatProblem } from "../policy/problem.ts";
import type { Config } from "./config.ts";
import { readPolicyFiles } from "./policy-files.ts";

/**
 * The policy of the configuration, from the package's files. Never throws: a policy that cannot be read or does
 * not load is an invalid one, under which everything is held.
 */
export function loadPolicy(root: string, { policy, policyParameters, mode }: Config): LoadedPolicy {
  const files = tryRead(root, policy);
  if (typeof files === "string")
    return { kind: "invalid", hash: hashOf([], policyParameters), problems: [files] };
  const hash = hashOf(files, policyParameters);
  if (files.length === 0)
    return { kind: "invalid", hash, problems: [`there is no policy file in ${policy}`] };
  const values = Object.entries(policyParameters).map(
    ([name, value]) => [name.toLowerCase(), value as FactValue] as const,
  );
  const loaded = load(files, connectionCatalogue, {
    values: new Map(values),
    enforcing: mode === "approve-only" || mode === "enforce",
  });
  return loaded.kind === "valid"
    ? { kind: "valid", name: loaded.compiled.policy.name, hash, compiled: loaded.compiled }
    : { kind: "invalid", hash, problems: loaded.problems.map(formatProblem) };
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
