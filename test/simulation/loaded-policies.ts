import type { Mode } from "../../src/lib/config/config.ts";
import { policyFrom } from "../../src/lib/config/load-policy.ts";
import type { LoadedPolicy } from "../../src/lib/policy/loaded-policy.ts";

/** Loaded and outlined once for all processes of all runs: both take longer than most of a run, and neither changes. */
const loaded = new Map<string, LoadedPolicy>();

export function policyOf(text: string, mode: Mode): LoadedPolicy {
  const key = `${mode} ${text}`;
  const found = loaded.get(key);
  if (found !== undefined) return found;
  const policy = policyFrom([{ file: "policy.json", text }], { policyParameters: {}, mode });
  if (policy.kind === "invalid") throw new Error(policy.problems.join("; "));
  const outline = policy.outline();
  const once = { ...policy, outline: () => outline };
  loaded.set(key, once);
  return once;
}
