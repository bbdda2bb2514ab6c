import { plainValue } from "./check/check-operand.ts";
import { known, type Fact, type Facts } from "./values/fact.ts";
import { readFacts, sheetOf } from "./evaluate/fact-sheet.ts";
import type { Catalogue } from "./language/fields.ts";
import { parseInstant } from "./values/instant.ts";
import { entriesOf, itemsOf, textAt } from "./source/keys.ts";
import { didYouMean } from "./source/nearest.ts";
import type { Source } from "./source/parse.ts";
import type { Problems } from "./source/problem.ts";
import { verdictKinds, type Verdict } from "./evaluate/verdict.ts";

export interface Case {
  readonly name: string;
  readonly line: number;
  readonly facts: Facts;
  readonly now: number;
  readonly expect: Expectation;
}

export interface Expectation {
  readonly verdict: Verdict["kind"];
  readonly rule?: string;
  /** Texts, each of which must occur in a reason. */
  readonly reasons?: readonly string[];
  /** All unknown fields of the verdict. */
  readonly unknown?: readonly string[];
  /** The names of all `alert` rules that raise an alert. */
  readonly alerts?: readonly string[];
}

export const caseFileKeys = ["parameters", "facts", "now", "cases"];

/**
 * The cases of a file. A file without cases is a problem, since it would pass without testing anything. `at` is the
 * time of cases that do not set one, in milliseconds since 1970.
 */
export function readCases(
  keys: ReadonlyMap<string, Source>,
  catalogue: Catalogue,
  at: number,
  problems: Problems,
): readonly Case[] {
  const list = keys.get("cases");
  if (list === undefined)
    problems.add({ line: 1, column: 1 }, "cases must be a list of { name, facts, expect }");
  const items = itemsOf(list, "cases", problems);
  if (list?.kind === "list" && items.length === 0)
    problems.add(list.at, "the list of cases is empty; a case is { name, facts, expect }");
  const shared = sheetOf(keys.get("facts"), problems);
  const names = new Map<string, number>();
  return items.flatMap((item): Case[] => {
    const own = entriesOf(item, ["name", "facts", "now", "expect"], problems);
    const name = textAt(item, own, "name", problems);
    const before = names.get(name);
    if (before !== undefined && name !== "")
      problems.add(item.at, `the case on line ${before} is also named "${name}"; names must be unique`);
    names.set(name, before ?? item.at.line);
    const now = instantOf(own.get("now") ?? keys.get("now"), problems) ?? at;
    const facts = readFacts([shared, sheetOf(own.get("facts"), problems)], catalogue, problems);
    const expect = readExpectation(item, own.get("expect"), problems);
    if (expect === undefined) return [];
    return [{ name, line: item.at.line, facts: timed(facts, now, catalogue), now, expect }];
  });
}

/** Sets time.now to the time of the review, unless the facts already set it. */
export function timed(facts: Facts, now: number, { fields }: Catalogue): Facts {
  const slot = fields.findIndex(({ name }) => name === "time.now");
  if (slot < 0 || facts[slot]?.kind !== "absent") return facts;
  const fact: Fact = known(new Date(now).toISOString());
  return facts.map((each, index) => (index === slot ? fact : each));
}

/** A date without a time means the start of that day in UTC. */
function instantOf(source: Source | undefined, problems: Problems): number | undefined {
  if (source === undefined) return undefined;
  const instant = parseInstant(source.kind === "scalar" ? String(source.value) : "");
  if (instant === undefined) problems.add(source.at, "now must be an instant such as 2026-12-01T00:00:00Z");
  return instant;
}

function readExpectation(
  item: Source,
  source: Source | undefined,
  problems: Problems,
): Expectation | undefined {
  if (source === undefined) {
    problems.add(item.at, `a case needs an expect: { verdict: ${verdictKinds.join(" | ")} }`);
    return undefined;
  }
  const keys = entriesOf(source, ["verdict", "rule", "reasons", "unknown", "alerts"], problems);
  const lists = ["reasons", "unknown", "alerts"].flatMap((key) => {
    const value = keys.get(key);
    return value === undefined ? [] : [[key, textsOf(value, key, problems)]];
  });
  const verdict = readVerdict(source, keys, problems);
  const rule = keys.has("rule") ? textAt(source, keys, "rule", problems) : undefined;
  return (
    verdict && {
      verdict,
      ...(rule === undefined ? {} : { rule }),
      ...(Object.fromEntries(lists) as Partial<Expectation>),
    }
  );
}

function readVerdict(
  expect: Source,
  keys: ReadonlyMap<string, Source>,
  problems: Problems,
): Verdict["kind"] | undefined {
  const text = textAt(expect, keys, "verdict", problems);
  const found = verdictKinds.find((each) => each === text.toLowerCase());
  if (found !== undefined || text === "") return found;
  const meant = text.toLowerCase() === "allow" ? "approve" : text;
  problems.add(
    keys.get("verdict")?.at ?? expect.at,
    `unknown verdict "${text}"${didYouMean(meant, verdictKinds, `; expected one of ${verdictKinds.join(", ")}`)}`,
  );
  return undefined;
}

function textsOf(source: Source, key: string, problems: Problems): readonly string[] {
  const value = plainValue(source);
  if (Array.isArray(value) && value.every((each) => typeof each === "string")) return value;
  problems.add(source.at, `${key} must be a list of texts`);
  return [];
}
