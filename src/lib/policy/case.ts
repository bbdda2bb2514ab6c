import { plainValue } from "./check-operand.ts";
import { prepare } from "./env.ts";
import { evaluate } from "./evaluate.ts";
import { readFacts, sheetOf } from "./fact-sheet.ts";
import type { Catalogue } from "./field.ts";
import type { Parameters } from "./formula.ts";
import { parseInstant } from "./instant.ts";
import { entriesOf, textAt } from "./keys.ts";
import { load, type PolicyText } from "./load.ts";
import { parse, type Source } from "./parse.ts";
import { problemsOf, type Problem, type Problems } from "./problem.ts";
import type { Facts } from "./fact.ts";
import type { Verdict } from "./verdict.ts";

/** What came of one case: no differences where the policy says what the case expects. */
export interface CaseResult {
  readonly file: string;
  readonly line: number;
  readonly name: string;
  readonly differences: readonly string[];
}

export interface CaseRun {
  readonly results: readonly CaseResult[];
  readonly problems: readonly Problem[];
}

interface Case {
  readonly name: string;
  readonly line: number;
  readonly facts: Facts;
  readonly now: number;
  readonly expect: Expectation;
}

interface Expectation {
  readonly verdict: string;
  readonly rule?: string;
  /** Each must occur in a reason. */
  readonly reasons?: readonly string[];
  /** The fields that would settle a hold, all of them. */
  readonly unknown?: readonly string[];
  /** The `alert` rules that have something to tell, all of them. */
  readonly alerts?: readonly string[];
}

/**
 * Runs a file of cases against a policy: facts in, verdict and reasons out. A file that cannot be read as cases,
 * and a policy that does not load under its parameters, are problems.
 */
export function runCases(policy: readonly PolicyText[], cases: PolicyText, catalogue: Catalogue): CaseRun {
  const problems: Problem[] = [];
  const into = problemsOf(cases.file, problems);
  const source = parse(cases.text, into);
  const keys =
    source === undefined
      ? new Map<string, Source>()
      : entriesOf(source, ["parameters", "facts", "now", "cases"], into);
  const loaded = load(policy, catalogue, { values: parametersOf(keys.get("parameters")) });
  if (loaded.kind === "invalid")
    return {
      results: [],
      problems: [...problems, ...loaded.problems.filter(({ severity }) => severity === "error")],
    };
  const list = readCases(keys, catalogue, into);
  if (problems.length > 0) return { results: [], problems };
  const results = list.map(({ name, line, facts, now, expect }) => {
    const verdict = evaluate(loaded.compiled, prepare(facts, loaded.compiled.layout, now));
    return { file: cases.file, line, name, differences: differences(expect, verdict) };
  });
  return { results, problems };
}

function parametersOf(source: Source | undefined): Parameters {
  const entries = source?.kind === "map" ? source.entries : [];
  return new Map(entries.map(({ key, value }) => [key.toLowerCase(), plainValue(value)]));
}

function readCases(keys: ReadonlyMap<string, Source>, catalogue: Catalogue, problems: Problems): Case[] {
  const list = keys.get("cases");
  if (list?.kind !== "list") {
    problems.add(list?.at ?? { line: 1, column: 1 }, "cases must be a list of { name, facts, expect }");
    return [];
  }
  const shared = sheetOf(keys.get("facts"), problems);
  return list.items.map((item) => {
    const own = entriesOf(item, ["name", "facts", "now", "expect"], problems);
    const now = own.get("now") ?? keys.get("now");
    return {
      name: textAt(item, own, "name", problems),
      line: item.at.line,
      facts: readFacts([shared, sheetOf(own.get("facts"), problems)], catalogue, problems),
      now: now === undefined ? 0 : instantOf(now, problems),
      expect: readExpectation(item, own.get("expect"), problems),
    };
  });
}

function instantOf(source: Source, problems: Problems): number {
  const instant = parseInstant(source.kind === "scalar" ? String(source.value) : "");
  if (instant === undefined) problems.add(source.at, "now must be an instant such as 2026-12-01T00:00:00Z");
  return instant ?? 0;
}

function readExpectation(item: Source, source: Source | undefined, problems: Problems): Expectation {
  if (source === undefined) {
    problems.add(item.at, "a case needs an expect: { verdict: approve | reject | hold }");
    return { verdict: "" };
  }
  const keys = entriesOf(source, ["verdict", "rule", "reasons", "unknown", "alerts"], problems);
  const lists = ["reasons", "unknown", "alerts"].flatMap((key) => {
    const value = keys.get(key);
    return value === undefined ? [] : [[key, textsOf(value, key, problems)]];
  });
  return {
    verdict: textAt(source, keys, "verdict", problems),
    ...(keys.has("rule") ? { rule: textAt(source, keys, "rule", problems) } : {}),
    ...(Object.fromEntries(lists) as Partial<Expectation>),
  };
}

function textsOf(source: Source, key: string, problems: Problems): readonly string[] {
  const value = plainValue(source);
  if (Array.isArray(value) && value.every((each) => typeof each === "string")) return value;
  problems.add(source.at, `${key} must be a list of texts`);
  return [];
}

function differences(expect: Expectation, verdict: Verdict): string[] {
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
