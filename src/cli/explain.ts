import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { toSafeJson } from "../lib/json.ts";
import { prepare } from "../lib/policy/language/env.ts";
import { evaluate } from "../lib/policy/evaluate/evaluate.ts";
import { explain as explainAll, explainVerdict, type ExplainedRule } from "../lib/policy/evaluate/explain.ts";
import { readFacts, sheetKeys } from "../lib/policy/evaluate/fact-sheet.ts";
import { connectionCatalogue } from "../lib/policy/language/field.ts";
import { parseInstant } from "../lib/policy/values/instant.ts";
import { entriesOf } from "../lib/policy/source/keys.ts";
import { load } from "../lib/policy/load.ts";
import { parse } from "../lib/policy/source/parse.ts";
import { printExplanation } from "../lib/policy/evaluate/print-explanation.ts";
import { timed } from "../lib/policy/read-case.ts";
import { formatProblem, problemsOf, type Problem } from "../lib/policy/source/problem.ts";
import type { Verdict } from "../lib/policy/evaluate/verdict.ts";
import { appAt } from "./app.ts";
import { oneOf, readArguments } from "./arguments.ts";
import { CannotRun, findings, fine, type Command, type Terminal } from "./command.ts";
import { defaultPolicy, policyWith, readable } from "./policy-at.ts";

export const explain: Command = {
  name: "explain",
  summary: "say why a connection gets its verdict",
  usage: `drawbridge explain --facts <file> [--policy <path>] [--parameters <file or JSON>] [--now <instant>] [--rules all]
drawbridge explain --connection <ARM id of the connection>

With --facts, a policy (default ${defaultPolicy}) is asked about the facts in a file: { known: {...}, unknown: {...} },
as the decisions of the running app have them. With --connection, the running app is asked for its latest decision;
it is found at DRAWBRIDGE_URL (default http://127.0.0.1:7071), with the function key in DRAWBRIDGE_KEY.

  --rules all          also the rules that are false
  --format tree|json

Exits with 0 where it is explained, 1 where the policy or the facts have errors or there is no decision.`,
  run: async (args, terminal) => {
    const names = ["facts", "connection", "policy", "parameters", "now", "rules", "format"];
    const { paths, options } = readArguments(args, names);
    const format = oneOf("format", options.format, ["tree", "json"]) ?? "tree";
    if (paths.length > 0 || (options.facts === undefined) === (options.connection === undefined))
      throw new CannotRun("name either --facts <file> or --connection <id>");
    const explained =
      options.connection === undefined
        ? explainFacts(options, terminal)
        : await explainConnection(options.connection, terminal);
    if (explained === undefined) return findings;
    terminal.out(format === "json" ? `${toSafeJson(explained, 2)}\n` : printTree(explained));
    return fine;
  },
};

interface Explained {
  readonly verdict: Verdict;
  readonly rules: readonly ExplainedRule[];
}

function explainFacts(
  options: Readonly<Record<string, string | undefined>>,
  terminal: Terminal,
): Explained | undefined {
  const all = oneOf("rules", options.rules, ["all", "deciding"]) === "all";
  const policy = policyWith(options.policy ?? defaultPolicy, options.parameters, terminal);
  const loaded = load(policy.files, connectionCatalogue, policy.given);
  const problems: Problem[] = [...policy.problems, ...(loaded.kind === "invalid" ? loaded.problems : [])];
  const facts = factsAt(options.facts ?? "", terminal, problems);
  const now = nowFrom(options.now, terminal);
  for (const problem of problems) terminal.err(`${formatProblem(problem)}\n`);
  if (loaded.kind === "invalid" || problems.length > 0) return undefined;
  const env = prepare(timed(facts, now, connectionCatalogue), loaded.compiled.layout, now);
  const rules = all ? explainAll(loaded.compiled, env) : explainVerdict(loaded.compiled, env);
  return { verdict: evaluate(loaded.compiled, env), rules };
}

function factsAt(path: string, { folder }: Terminal, problems: Problem[]) {
  const into = problemsOf(path, problems);
  const text = readable(path, () => readFileSync(resolve(folder, path), "utf8"));
  const source = parse(text, into, "facts are { known: { field: value }, unknown: { field: reason } }");
  return readFacts(
    source === undefined ? [] : [entriesOf(source, sheetKeys, into)],
    connectionCatalogue,
    into,
  );
}

/** The time of the review that is explained; now, where none is named. */
function nowFrom(text: string | undefined, { clock }: Pick<Terminal, "clock">): number {
  const instant = text === undefined ? clock.now().getTime() : parseInstant(text);
  if (instant === undefined)
    throw new CannotRun(`--now is "${text}"; it must be an instant such as 2026-12-01T00:00:00Z`);
  return instant;
}

async function explainConnection(id: string, terminal: Terminal): Promise<Explained | undefined> {
  const decision = await appAt(terminal).latestDecision(id);
  if (decision === undefined) {
    terminal.err(`${id}: the app has no decision about it yet\n`);
    return undefined;
  }
  return { verdict: decision.verdict, rules: decision.trace };
}

function printTree({ verdict, rules }: Explained): string {
  const { kind, reasons, unknown, alerts } = verdict;
  const settle =
    unknown.length === 0
      ? ""
      : `  what would settle it: ${unknown.map(({ field, reason }) => `${field} (${reason})`).join(", ")}\n`;
  const told = alerts.map(({ reason }) => `  alert: ${reason}\n`).join("");
  return `${kind}\n${reasons.map((reason) => `  ${reason}\n`).join("")}${settle}${told}\n${printExplanation(rules)}`;
}
