import { prepare } from "./language/env.ts";
import { evaluate } from "./evaluate/evaluate.ts";
import type { Catalogue } from "./language/fields.ts";
import {
  noParameterValues,
  mergeParameterValues,
  parameterValuesIn,
  type ParameterValues,
} from "./check/parameter-values.ts";
import { entriesOf } from "./source/keys.ts";
import { load } from "./load.ts";
import type { PolicyText } from "./source/policy-text.ts";
import { parse } from "./source/parse.ts";
import { problemsOf, type Problem } from "./source/problem.ts";
import { caseFileKeys, readCases, type Expectation } from "./read-case.ts";
import type { Verdict } from "./evaluate/verdict.ts";

/** The result of one case; without differences if the policy decides as the case expects. */
interface CaseResult {
  readonly file: string;
  readonly line: number;
  readonly name: string;
  readonly differences: readonly string[];
}

export interface CaseRun {
  readonly results: readonly CaseResult[];
  readonly problems: readonly Problem[];
}

export interface CaseOptions {
  /** Values for parameters; those in the file of cases override them. */
  readonly given?: ParameterValues;
  /** The time of cases that do not set one, in milliseconds since 1970. */
  readonly now: number;
}

/**
 * Runs a file of cases against a policy. A file that is not valid, and a policy that does not load with the file's
 * parameters, give problems instead of results.
 */
export function runCases(
  policy: readonly PolicyText[],
  cases: PolicyText,
  catalogue: Catalogue,
  { given = noParameterValues, now }: CaseOptions,
): CaseRun {
  const read: Problem[] = [];
  const into = problemsOf(cases.file, read);
  const source = parse(cases.text, into, "a file of cases needs at least a list of cases");
  if (source === undefined) return { results: [], problems: read };
  const keys = entriesOf(source, caseFileKeys, into);
  const parameters = keys.get("parameters");
  const own = parameters === undefined ? noParameterValues : parameterValuesIn(parameters, into);
  const list = readCases(keys, catalogue, now, into);
  const loaded = load(policy, catalogue, mergeParameterValues(given, own));
  const problems =
    loaded.kind === "invalid"
      ? [...read, ...loaded.problems.filter(({ severity }) => severity === "error")]
      : read;
  if (loaded.kind === "invalid" || problems.length > 0) return { results: [], problems };
  const results = list.map(({ name, line, facts, now: at, expect }) => {
    const verdict = evaluate(loaded.compiled, prepare(facts, loaded.compiled.layout, at));
    return { file: cases.file, line, name, differences: differencesFrom(expect, verdict) };
  });
  return { results, problems };
}

function differencesFrom(expect: Expectation, verdict: Verdict): string[] {
  const found: string[] = [];
  if (expect.verdict !== verdict.kind)
    found.push(`verdict: expected ${expect.verdict}, found ${verdict.kind} (${verdict.reasons.join("; ")})`);
  if (expect.rule !== undefined && expect.rule !== verdict.rule)
    found.push(`rule: expected ${expect.rule}, found ${verdict.rule ?? "none"}`);
  for (const reason of expect.reasons ?? [])
    if (!verdict.reasons.some((each) => each.includes(reason)))
      found.push(`reasons: expected "${reason}" among "${verdict.reasons.join("; ")}"`);
  return [
    ...found,
    ...setDifference(
      "unknown",
      expect.unknown,
      verdict.unknown.map(({ field }) => field),
    ),
    ...setDifference(
      "alerts",
      expect.alerts,
      verdict.alerts.map(({ rule }) => rule),
    ),
  ];
}

function setDifference(
  what: string,
  expected: readonly string[] | undefined,
  found: readonly string[],
): string[] {
  if (expected === undefined || [...expected].toSorted().join("\n") === [...found].toSorted().join("\n"))
    return [];
  return [`${what}: expected ${expected.join(", ") || "none"}, found ${found.join(", ") || "none"}`];
}
