import { toSafeJson } from "../lib/json.ts";
import { mergeParameterValues } from "../lib/policy/check/parameter-values.ts";
import { prepare } from "../lib/policy/language/env.ts";
import { evaluate } from "../lib/policy/evaluate/evaluate.ts";
import { explain as explainAll, explainVerdict, type ExplainedRule } from "../lib/policy/evaluate/explain.ts";
import { connectionCatalogue } from "../lib/policy/language/fields.ts";
import { parseInstant } from "../lib/policy/values/instant.ts";
import { load } from "../lib/policy/load.ts";
import { separatePolicies } from "../lib/policy/separate-policies.ts";
import { formatProblem, problemsOf, type Problem } from "../lib/policy/source/problem.ts";
import type { Verdict } from "../lib/policy/evaluate/verdict.ts";
import { appAt, type Entry } from "./app.ts";
import { choosePolicy, policyOptions, reportPolicy, type ChosenPolicy } from "./chosen-policy.ts";
import { defineCommand, type Terminal } from "./command.ts";
import { exitCodes, UsageError } from "./exit-codes.ts";
import { explainedFacts } from "./explained-facts.ts";
import { factsAt, factsOfDecision, type FactsAt } from "./facts-at.ts";
import type { OptionValues } from "./options.ts";
import { adviceOnFolders, oneAsPolicy } from "./policy-at.ts";
import { printCurrentStatus, recordOf, statusUnlessSaid, currentStatusOf } from "./current-status.ts";
import { outcomeOf, printExplained, whoDecided, type Explained, type Undecided } from "./print-explained.ts";

const options = {
  facts: {
    value: "<file>",
    description:
      "facts to evaluate: { known: { ... }, unknown: { ... } }, what drawbridge decisions --format json prints, or a file of cases",
  },
  connection: {
    value: "<name>",
    description:
      "connection whose latest decision is explained: apim-orders/pe-payments, pe-payments where only one has that name, or its ARM id",
  },
  case: { value: "<name>", description: "case whose facts are evaluated, for a file of cases" },
  ...policyOptions,
  now: {
    value: "<instant>",
    description:
      "time of the evaluation, such as 2026-12-01T00:00:00Z (default: that of the decision or of the case, or else now)",
  },
  rules: {
    choices: ["deciding", "all"],
    description:
      "all: also the rules that are false, and every fact that was recorded with the decision (default deciding)",
  },
  format: { choices: ["tree", "json"], description: "output (default tree)" },
} as const;
type Options = OptionValues<typeof options>;

export const explain = defineCommand({
  name: "explain",
  summary: "explain the verdict for a connection, condition by condition",
  usage: [
    "explain --connection <name> [--policy <path or app>] [--parameters <file or JSON>] [--now <instant>] [--rules all]",
    "explain --facts <file> [--case <name>] [--policy <path or app>] [--parameters <file or JSON>] [--now <instant>] [--rules all]",
  ],
  description: `With --connection, asks the running app for its latest decision, and says first where the connection stands if that is
something else, such as a breaker that holds it. With --policy, --parameters, --now or --rules all, a
policy is evaluated on the facts of that decision: the one that the app runs, unless an option or the setting
DRAWBRIDGE_POLICY here names another. With --facts, evaluates a policy on the facts in a file. --rules all also lists the
facts, with their source, and their age at the time of --now, or else now.`,
  options,
  noPaths: "name a connection with --connection, or a file with --facts",
  examples: [
    "explain --connection apim-orders/pe-payments",
    "explain --connection apim-orders/pe-payments --policy policies/candidate --rules all",
    "explain --facts decisions.json --policy policies/candidate",
    'explain --facts policies/default/cases/cases.yaml --case "another subnet is held"',
  ],
  exit: {
    success: "the verdict was explained",
    findings: "the policy or the facts have errors, or there is no decision yet",
  },
  run: async ({ options: given }, terminal) => {
    if ((given.facts === undefined) === (given.connection === undefined))
      throw new UsageError("name either --facts <file> or --connection <name>");
    const explained =
      given.connection === undefined
        ? await explainFile(given.facts ?? "", given, terminal)
        : await explainConnection(given.connection, given, terminal);
    if (explained === undefined) return exitCodes.findings;
    const now = instantIn(given.now) ?? terminal.clock.now().getTime();
    if (explained.verdict === undefined) {
      terminal.out(
        given.format === "json" ? `${toSafeJson(explained, 2)}\n` : printCurrentStatus(explained.now),
      );
      return exitCodes.findings;
    }
    terminal.out(
      given.format === "json"
        ? `${toSafeJson(explained, 2)}\n`
        : printExplained(explained, given.rules, now, terminal.width),
    );
    return exitCodes.success;
  },
});

async function explainFile(path: string, given: Options, terminal: Terminal): Promise<Explained | undefined> {
  const policy = await choosePolicy(given, { asksApp: false }, terminal);
  return explainFacts(policy, given, terminal, (problems) =>
    factsAt(path, { now: instantIn(given.now), case: given.case }, terminal, problems),
  );
}

async function explainConnection(
  id: string,
  given: Options,
  terminal: Terminal,
): Promise<Explained | Undecided | undefined> {
  if (given.case !== undefined) throw new UsageError("--case is for a file of cases");
  const now = instantIn(given.now);
  const app = appAt(terminal);
  const [decision, { record, refusal, until }] = await Promise.all([
    app.latestDecision(id),
    recordOf(app, id),
  ]);
  if (refusal !== undefined)
    terminal.err(`where ${id} stands now is not known: the app refuses to list it alone (${refusal})\n`);
  if (decision?.verdict === undefined) {
    terminal.err(`${id}: the app has no decision about this connection yet\n`);
    return record && { now: currentStatusOf(record, until) };
  }
  const { verdict, trace = [] } = decision;
  const current = statusUnlessSaid(record, decision, until);
  const asRecorded = [given.policy, given.parameters, now].every((each) => each === undefined);
  // An entry of the app is trusted to have the form that the app writes.
  if (asRecorded && given.rules !== "all")
    return {
      verdict: verdict as Verdict,
      rules: trace as readonly ExplainedRule[],
      ...recorded(decision),
      ...current,
      context: outcomeOf(decision),
    };
  const chosen = await choosePolicy(given, { asksApp: true }, terminal);
  terminal.err(`${whoDecided(decision)}\n`);
  if (current.now !== undefined) terminal.err(printCurrentStatus(current.now));
  const explained = explainFacts(chosen, given, terminal, (problems) =>
    factsOfDecision(decision, now, problemsOf(decision.id, problems)),
  );
  // The tree is that of an evaluation made now, so that where the connection stands is not its head.
  return explained && given.format === "json" ? { ...explained, ...current } : explained;
}

/** Evaluates the policy on facts; undefined, with the problems on stderr, where one of them has errors. */
function explainFacts(
  policy: ChosenPolicy,
  given: Pick<Options, "rules" | "now" | "parameters">,
  terminal: Terminal,
  read: (problems: Problem[]) => FactsAt,
): Explained | undefined {
  const problems: Problem[] = [...policy.problems];
  const { facts, now, parameters, decision } = read(problems);
  reportPolicy(policy, terminal);
  const values = mergeParameterValues(policy.given, parameters);
  const loaded = load(policy.files, connectionCatalogue, values);
  if (loaded.kind === "invalid") problems.unshift(...loaded.problems);
  for (const problem of problems) terminal.err(`${formatProblem(problem)}\n`);
  terminal.err(adviceOnFolders(policy.what, separatePolicies(policy.files, loaded, values), oneAsPolicy));
  if (loaded.kind === "invalid" || problems.length > 0) return undefined;
  const env = prepare(facts, loaded.compiled.layout, now);
  const rules =
    given.rules === "all" ? explainAll(loaded.compiled, env) : explainVerdict(loaded.compiled, env);
  return {
    verdict: evaluate(loaded.compiled, env),
    rules,
    context: `evaluated as of ${new Date(now).toISOString()}`,
    ...(decision === undefined
      ? {}
      : {
          ...recorded(decision, given.now === undefined ? undefined : now),
          evaluated: `the policy ${policy.what}${given.parameters === undefined ? "" : " and the given parameters"}`,
        }),
  };
}

/** `asOf` is the time of the evaluation, where that is not the decision's own. */
function recorded(decision: Entry, asOf?: number): Pick<Explained, "facts" | "decision"> {
  const { id, at, connection, policy, mode, action, person, verdict } = decision;
  return {
    facts: explainedFacts(decision, asOf),
    decision: {
      id,
      at,
      ...(connection === undefined ? {} : { connection }),
      ...(policy === undefined ? {} : { policy }),
      ...(mode === undefined ? {} : { mode }),
      ...(action === undefined ? {} : { action }),
      ...(person === undefined ? {} : { person }),
      ...(verdict === undefined ? {} : { verdict: verdict.kind }),
    },
  };
}

function instantIn(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const instant = parseInstant(text);
  if (instant === undefined)
    throw new UsageError(`--now is "${text}"; it must be an instant such as 2026-12-01T00:00:00Z, or a date`);
  return instant;
}
