import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { parseJson } from "../lib/json.ts";
import {
  noParameterValues,
  parameterValuesIn,
  type ParameterValues,
} from "../lib/policy/check/parameter-values.ts";
import { readFacts, sheetKeys } from "../lib/policy/evaluate/fact-sheet.ts";
import { connectionCatalogue } from "../lib/policy/language/fields.ts";
import { caseFileKeys, readCases, timed } from "../lib/policy/read-case.ts";
import { entriesOf, keyAmong } from "../lib/policy/source/keys.ts";
import { parse, type Source } from "../lib/policy/source/parse.ts";
import { problemsOf, type Problem, type Problems } from "../lib/policy/source/problem.ts";
import type { Facts } from "../lib/policy/values/fact.ts";
import type { Entry } from "./app.ts";
import type { Terminal } from "./command.ts";
import { CannotRun, UsageError } from "./exit-codes.ts";
import { shortName } from "./listing.ts";
import { withFile } from "./policy-at.ts";

/** Facts to evaluate a policy on, and what belongs to them. */
export interface FactsAt {
  readonly facts: Facts;
  /** The time of the evaluation. */
  readonly now: number;
  /** Values of parameters that a file of cases sets. */
  readonly parameters: ParameterValues;
  /** The decision that the facts were recorded with. */
  readonly decision?: Entry;
}

interface Wanted {
  /** The instant that the caller named. */
  readonly now: number | undefined;
  /** The name of a case in a file of cases. */
  readonly case: string | undefined;
}

/**
 * The facts in a file: a sheet of known and unknown facts, an entry or a list of entries as `decisions` prints them as
 * json or jsonl, or a file of cases as `test` runs them.
 * @throws {CannotRun} where the file cannot be read, or has several sets of facts and none is chosen
 */
export function factsAt(path: string, wanted: Wanted, terminal: Terminal, problems: Problem[]): FactsAt {
  const text = withFile(path, "read", () => readFileSync(resolve(terminal.folder, path), "utf8"));
  const decisions = decisionsIn(parseJson(text)) ?? decisionsIn(linesIn(text));
  if (decisions !== undefined) {
    const [decision] = decisions;
    if (decision === undefined)
      throw new CannotRun(`${path}: it holds entries, and none of them is a decision`);
    if (decisions.length > 1)
      terminal.err(
        `${path}: the first of ${decisions.length} decisions, about ${shortName(decision.connection ?? "")}\n`,
      );
    return factsOfDecision(decision, wanted.now, problemsOf(path, problems));
  }
  const into = problemsOf(path, problems);
  const source = parse(text, into, "facts are { known: { field: value }, unknown: { field: reason } }");
  const now = wanted.now ?? terminal.clock.now().getTime();
  if (source?.kind === "map" && source.entries.some(({ key }) => keyAmong(key, ["cases"]) !== undefined))
    return factsOfCase(path, source, { ...wanted, now }, into);
  if (wanted.case !== undefined) throw new UsageError(`--case is for a file of cases, and ${path} is none`);
  const sheets = source === undefined ? [] : [entriesOf(source, sheetKeys, into)];
  return {
    facts: timed(readFacts(sheets, connectionCatalogue, into), now, connectionCatalogue),
    now,
    parameters: noParameterValues,
  };
}

/** What lines of JSON hold, as `decisions --format jsonl` writes them. */
function linesIn(text: string): readonly unknown[] {
  return text
    .split("\n")
    .filter((each) => each.trim() !== "")
    .map(parseJson);
}

/** The decisions among entries; undefined for JSON of another kind. */
function decisionsIn(json: unknown): readonly Entry[] | undefined {
  const items: readonly unknown[] = Array.isArray(json) ? json : [json];
  const isEntry = (each: unknown): each is Entry =>
    typeof each === "object" && each !== null && "kind" in each && "sequence" in each;
  if (items.length === 0 || !items.every(isEntry)) return undefined;
  return items.filter(({ kind }) => kind === "decision");
}

/**
 * The facts of a decision, evaluated as of its time unless another is named.
 * @throws {CannotRun} for an entry without facts
 */
export function factsOfDecision(decision: Entry, now: number | undefined, into: Problems): FactsAt {
  if (decision.facts === undefined) throw new CannotRun(`the entry ${decision.id} has no facts`);
  const { "time.now": recorded, ...known } = decision.facts.known;
  const sheet = { ...decision.facts, known: now === undefined ? { ...known, "time.now": recorded } : known };
  const source = parse(JSON.stringify(sheet), into, "a decision has facts");
  const sheets = source === undefined ? [] : [entriesOf(source, sheetKeys, into)];
  const at = now ?? Date.parse(decision.at);
  const facts = timed(readFacts(sheets, connectionCatalogue, into), at, connectionCatalogue);
  return { facts, now: at, parameters: noParameterValues, decision };
}

function factsOfCase(
  path: string,
  source: Source,
  { now, case: name }: Wanted & { readonly now: number },
  into: Problems,
): FactsAt {
  const keys = entriesOf(source, caseFileKeys, into);
  const own = keys.get("parameters");
  const cases = readCases(keys, connectionCatalogue, now, into);
  const named = cases.filter((each) => name === undefined || each.name === name);
  const [found] = named;
  if (found === undefined || named.length > 1) {
    const names = cases.map((each) => `"${each.name}"`).join(", ");
    throw new UsageError(
      `${path} is a file of cases; name one of them with --case: ${names === "" ? "it has none" : names}`,
    );
  }
  return {
    facts: found.facts,
    now: found.now,
    parameters: own === undefined ? noParameterValues : parameterValuesIn(own, into),
  };
}
