import { sha256 } from "../../lib/hash.ts";
import { connectionCatalogue } from "../../lib/policy/language/fields.ts";
import { load } from "../../lib/policy/load.ts";
import { outlineOf } from "../../lib/policy/outline.ts";
import { separatePolicies } from "../../lib/policy/separate-policies.ts";
import { formatProblem } from "../../lib/policy/source/problem.ts";
import type { ChosenPolicy } from "../chosen-policy.ts";
import type { Terminal } from "../command.ts";
import { CannotRun } from "../exit-codes.ts";
import { adviceOnFolders, oneAsPolicy } from "../policy-at.ts";
import type { ValidPolicy } from "./plan-row.ts";

/**
 * The policy, loaded as one that is enforced.
 * @throws {CannotRun} where it does not load, with its problems on stderr
 */
export function loadEnforced(
  { what, files, given, problems, replacesValues = false }: ChosenPolicy,
  { err }: Pick<Terminal, "err">,
): ValidPolicy {
  const options = { ...given, enforcing: true };
  const policy = load(files, connectionCatalogue, options);
  const all = policy.kind === "invalid" ? [...problems, ...policy.problems] : problems;
  if (policy.kind === "invalid" || all.length > 0) {
    for (const problem of all) err(`${formatProblem(problem)}\n`);
    err(adviceOnFolders(what, separatePolicies(files, policy, options), oneAsPolicy));
    const isOfValues = replacesValues || all.some(({ file }) => files.every((each) => each.file !== file));
    throw new CannotRun(`${what} does not load${isOfValues ? " with the given parameters" : ""}`);
  }
  const { compiled } = policy;
  return {
    kind: "valid",
    name: compiled.policy.name,
    hash: sha256(JSON.stringify([files, [...given.values]])),
    compiled,
    outline: () => outlineOf(files, given.values),
    source: { files, values: Object.fromEntries(given.values) },
  };
}
