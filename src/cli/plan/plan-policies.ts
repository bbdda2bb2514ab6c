import { sha256 } from "../../lib/hash.ts";
import { connectionCatalogue } from "../../lib/policy/language/fields.ts";
import { load } from "../../lib/policy/load.ts";
import { outlineOf } from "../../lib/policy/outline.ts";
import { formatProblem } from "../../lib/policy/source/problem.ts";
import type { ChosenPolicy } from "../chosen-policy.ts";
import type { Terminal } from "../command.ts";
import { CannotRun } from "../exit-codes.ts";
import type { ValidPolicy } from "./plan-row.ts";

/**
 * The policy, loaded as one that is enforced.
 * @throws {CannotRun} where it does not load, with its problems on stderr
 */
export function loadEnforced(
  { what, files, given, problems }: ChosenPolicy,
  { err }: Pick<Terminal, "err">,
): ValidPolicy {
  const policy = load(files, connectionCatalogue, { ...given, enforcing: true });
  const all = policy.kind === "invalid" ? [...problems, ...policy.problems] : problems;
  if (policy.kind === "invalid" || all.length > 0) {
    for (const problem of all) err(`${formatProblem(problem)}\n`);
    throw new CannotRun(`${what} does not load`);
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
