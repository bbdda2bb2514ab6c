import { sha256 } from "../../lib/hash.ts";
import type { ParameterValues } from "../../lib/policy/check/parameter-values.ts";
import { connectionCatalogue } from "../../lib/policy/language/fields.ts";
import { load } from "../../lib/policy/load.ts";
import { outlineOf } from "../../lib/policy/outline.ts";
import type { PolicyText } from "../../lib/policy/source/policy-text.ts";
import { formatProblem, type Problem } from "../../lib/policy/source/problem.ts";
import {
  mergeParameterValues,
  noParameterValues,
  readParameterValues,
} from "../../lib/policy/check/parameter-values.ts";
import { valuesOf } from "../../lib/config/policy-parameters.ts";
import { appAt } from "../app.ts";
import type { Terminal } from "../command.ts";
import { CannotRun, UsageError } from "../exit-codes.ts";
import { defaultPolicy, policyWith } from "../policy-at.ts";
import type { ValidPolicy } from "./plan-row.ts";

/**
 * The policy at a path, by default that of the app's settings, loaded as one that is enforced.
 * @throws {CannotRun} where it does not load, with its problems on stderr
 */
export function policyFromFiles(
  path: string | undefined,
  parameters: string | undefined,
  terminal: Terminal,
): ValidPolicy {
  const { DRAWBRIDGE_POLICY, DRAWBRIDGE_POLICY_PARAMETERS } = terminal.environment;
  const place = path ?? DRAWBRIDGE_POLICY ?? defaultPolicy;
  if (URL.canParse(place))
    throw new UsageError(`the setting DRAWBRIDGE_POLICY is a URL; name a folder with --policy`);
  const given = parameters ?? (path === undefined ? DRAWBRIDGE_POLICY_PARAMETERS : undefined);
  const { files, given: values, problems } = policyWith(place, given, terminal);
  return loaded(place, { files, values, problems }, terminal);
}

/** The policy that the app runs. @throws {CannotRun} where the app cannot be asked, or has none */
export async function policyOfApp(terminal: Terminal): Promise<ValidPolicy> {
  const { files, parameters, values } = await appAt(terminal).policy();
  const problems: Problem[] = [];
  const own = parameters === null ? noParameterValues : readParameterValues(parameters, problems);
  const merged = mergeParameterValues(own, { values: valuesOf(values), places: new Map() });
  return loaded("the policy of the app", { files, values: merged, problems }, terminal);
}

interface Texts {
  readonly files: readonly PolicyText[];
  readonly values: ParameterValues;
  readonly problems: readonly Problem[];
}

function loaded(what: string, { files, values, problems }: Texts, { err }: Terminal): ValidPolicy {
  const policy = load(files, connectionCatalogue, { ...values, enforcing: true });
  const all = policy.kind === "invalid" ? [...problems, ...policy.problems] : problems;
  if (policy.kind === "invalid" || all.length > 0) {
    for (const problem of all) err(`${formatProblem(problem)}\n`);
    throw new CannotRun(`${what} does not load`);
  }
  const { compiled } = policy;
  return {
    kind: "valid",
    name: compiled.policy.name,
    hash: sha256(JSON.stringify([files, [...values.values]])),
    compiled,
    outline: () => outlineOf(files, values.values),
    source: { files, values: Object.fromEntries(values.values) },
  };
}
