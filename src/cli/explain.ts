import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { toSafeJson } from "../lib/json.ts";
import { prepare } from "../lib/policy/language/env.ts";
import { evaluate } from "../lib/policy/evaluate/evaluate.ts";
import { explain as explainAll, explainVerdict, type ExplainedRule } from "../lib/policy/evaluate/explain.ts";
import { readFacts, sheetKeys } from "../lib/policy/evaluate/fact-sheet.ts";
import { connectionCatalogue } from "../lib/policy/language/fields.ts";
import { parseInstant } from "../lib/policy/values/instant.ts";
import { entriesOf } from "../lib/policy/source/keys.ts";
import { load } from "../lib/policy/load.ts";
import { parse } from "../lib/policy/source/parse.ts";
import { printExplanation } from "../lib/policy/evaluate/print-explanation.ts";
import { timed } from "../lib/policy/read-case.ts";
import { formatProblem, problemsOf, type Problem } from "../lib/policy/source/problem.ts";
import type { Verdict } from "../lib/policy/evaluate/verdict.ts";
import { appAt } from "./app.ts";
import { defineCommand, type Terminal } from "./command.ts";
import { exitCodes, UsageError } from "./exit-codes.ts";
import type { OptionValues } from "./options.ts";
import { defaultPolicy, policyWith, withFile } from "./policy-at.ts";

const options = {
  facts: { value: "<file>", description: "facts to evaluate: { known: { ... }, unknown: { ... } }" },
  connection: { value: "<ARM id>", description: "connection whose latest decision is explained" },
  policy: { value: "<path>", description: `policy for --facts (default ${defaultPolicy})` },
  parameters: { value: "<file or JSON>", description: "values for the policy's parameters, for --facts" },
  now: {
    value: "<instant>",
    description: "time of the evaluation, such as 2026-12-01T00:00:00Z, for --facts (default: now)",
  },
  rules: {
    choices: ["deciding", "all"],
    description: "all: also the rules that are false, for --facts (default deciding)",
  },
  format: { choices: ["tree", "json"], description: "output (default tree)" },
} as const;
type Options = OptionValues<typeof options>;

export const explain = defineCommand({
  name: "explain",
  summary: "explain the verdict for a connection, condition by condition",
  usage: [
    "explain --facts <file> [--policy <path>] [--parameters <file or JSON>] [--now <instant>] [--rules all]",
    "explain --connection <ARM id>",
  ],
  description: `With --facts, evaluates a policy on the facts in a file, in the form that the app's decisions hold them. With --connection, asks
the running app for its latest decision.`,
  options,
  noPaths: "name either --facts <file> or --connection <ARM id>",
  examples: [
    "explain --facts facts.yaml --policy policies/default --rules all",
    'explain --connection "$CONNECTION_ID" --format json',
  ],
  exit: {
    success: "the verdict was explained",
    findings: "the policy or the facts have errors, or there is no decision yet",
  },
  run: async ({ options: given }, terminal) => {
    if ((given.facts === undefined) === (given.connection === undefined))
      throw new UsageError("name either --facts <file> or --connection <ARM id>");
    const explained =
      given.connection === undefined
        ? explainFacts(given, terminal)
        : await explainConnection(given.connection, terminal);
    if (explained === undefined) return exitCodes.findings;
    terminal.out(given.format === "json" ? `${toSafeJson(explained, 2)}\n` : printTree(explained));
    return exitCodes.success;
  },
});

interface Explained {
  readonly verdict: Verdict;
  readonly rules: readonly ExplainedRule[];
}

function explainFacts(given: Options, terminal: Terminal): Explained | undefined {
  const policy = policyWith(given.policy ?? defaultPolicy, given.parameters, terminal);
  const loaded = load(policy.files, connectionCatalogue, policy.given);
  const problems: Problem[] = [...policy.problems, ...(loaded.kind === "invalid" ? loaded.problems : [])];
  const facts = factsAt(given.facts ?? "", terminal, problems);
  const now = nowFrom(given.now, terminal);
  for (const problem of problems) terminal.err(`${formatProblem(problem)}\n`);
  if (loaded.kind === "invalid" || problems.length > 0) return undefined;
  const env = prepare(timed(facts, now, connectionCatalogue), loaded.compiled.layout, now);
  const rules =
    given.rules === "all" ? explainAll(loaded.compiled, env) : explainVerdict(loaded.compiled, env);
  return { verdict: evaluate(loaded.compiled, env), rules };
}

function factsAt(path: string, { folder }: Terminal, problems: Problem[]) {
  const into = problemsOf(path, problems);
  const text = withFile(path, "read", () => readFileSync(resolve(folder, path), "utf8"));
  const source = parse(text, into, "facts are { known: { field: value }, unknown: { field: reason } }");
  return readFacts(
    source === undefined ? [] : [entriesOf(source, sheetKeys, into)],
    connectionCatalogue,
    into,
  );
}

/** The instant that is named, or else the current time. */
function nowFrom(text: string | undefined, { clock }: Pick<Terminal, "clock">): number {
  const instant = text === undefined ? clock.now().getTime() : parseInstant(text);
  if (instant === undefined)
    throw new UsageError(`--now is "${text}"; it must be an instant such as 2026-12-01T00:00:00Z`);
  return instant;
}

async function explainConnection(id: string, terminal: Terminal): Promise<Explained | undefined> {
  const decision = await appAt(terminal).latestDecision(id);
  if (decision === undefined) {
    terminal.err(`${id}: the app has no decision about this connection yet\n`);
    return undefined;
  }
  return { verdict: decision.verdict, rules: decision.trace } as unknown as Explained;
}

function printTree({ verdict, rules }: Explained): string {
  const { kind, reasons, unknown, alerts } = verdict;
  const settle =
    unknown.length === 0
      ? ""
      : `  what would settle it: ${unknown.map(({ field, reason }) => `${field} (${reason})`).join(", ")}\n`;
  const raised = alerts.map(({ reason }) => `  alert: ${reason}\n`).join("");
  return `${kind}\n${reasons.map((reason) => `  ${reason}\n`).join("")}${settle}${raised}\n${printExplanation(rules)}`;
}
