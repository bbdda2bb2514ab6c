import { setTimeout } from "node:timers/promises";
import type { Answer } from "../functions/http/answers.ts";
import { connectionStates } from "../lib/azure-values.ts";
import { foldName } from "../lib/fold-name.ts";
import { toSafeJson } from "../lib/json.ts";
import { appAt, type App } from "./app.ts";
import { defineCommand, type Terminal } from "./command.ts";
import { exitCodes, UsageError } from "./exit-codes.ts";
import { shortName } from "./listing.ts";
import { cleaned, printCsv, printTable, type Rows } from "./rows.ts";

type Result = Answer<"ReviewResult">;
type Status = Answer<"ReevaluationStatus">;

const columns = ["connection", "state", "verdict", "rule", "applied", "reason"];
const csvColumns = [...columns, "decided", "person"];
/** Pauses between two looks at the progress of a large scope: each is twice as long as the one before, up to this. */
const firstPauseMs = 200;
const longestPauseMs = 5_000;

export const reevaluate = defineCommand({
  name: "reevaluate",
  summary: "review a connection, a service or a larger scope now",
  usage: [
    "reevaluate --scope <scope> [--dry-run] [--states <state,...>] [--no-wait]",
    "reevaluate --status <id> [--no-wait]",
  ],
  description: `Asks the running app. A scope is all, the ARM id of a connection, service, resource group, subscription or management
group, or a name such as apim-orders or apim-orders/pe-payments. A scope of more than one service is reviewed in the
background; the command waits for its end. It lists at most 500 results; the decisions have all of them. REASON is the
policy's, and why its verdict is not applied.`,
  options: {
    scope: { value: "<scope>", description: "what to review (required)" },
    "dry-run": {
      description:
        "report the policy's verdicts, and who decided otherwise, and change nothing; breakers and rate limits are left out",
    },
    states: {
      value: "<state,...>",
      description: "states of the connections to review (default Pending)",
    },
    "no-wait": { description: "do not wait for the end of a larger scope" },
    status: {
      value: "<id>",
      description: "print the results of a larger scope that was started with --no-wait",
    },
    format: { choices: ["table", "json", "csv"], description: "output (default table)" },
  },
  noPaths: "name the scope with --scope",
  examples: [
    "reevaluate --scope apim-orders/pe-payments",
    "reevaluate --scope apim-orders --dry-run --states Pending,Approved",
    "reevaluate --scope all --dry-run --format csv",
  ],
  exit: {
    success: "everything in the scope was reviewed",
    findings: "a part of the scope could not be read",
  },
  run: async ({ options: { status: id, ...options } }, terminal) => {
    if (id === undefined) return start(options, terminal);
    if (options.scope !== undefined || options.states !== undefined || options["dry-run"])
      throw new UsageError("--status names what was started already; it takes no scope");
    return printResults(appAt(terminal), id, options, terminal);
  },
});

interface Options {
  readonly scope: string | undefined;
  readonly states: string | undefined;
  readonly "dry-run": boolean;
  readonly "no-wait": boolean;
  readonly format: "table" | "json" | "csv" | undefined;
}

async function start(options: Options, terminal: Terminal): Promise<number> {
  const { scope, states: given, "dry-run": dryRun, format = "table" } = options;
  if (scope === undefined) throw new UsageError("--scope is required, such as --scope apim-orders");
  const app = appAt(terminal);
  if (dryRun)
    terminal.err(
      "not simulated: the breakers and rate limits of the app, which may put off what is approved here\n",
    );
  const states = given?.split(",").map((each) => each.trim());
  const answer = await app.reevaluate({ scope, dryRun, ...(states === undefined ? {} : { states }) });
  // Azure declares its states an open set, so another one is no error.
  for (const state of (states ?? []).filter((each) => !isDocumented(each)))
    terminal.err(`Azure documents no state "${cleaned(state)}", only ${connectionStates.join(", ")}\n`);
  if ("results" in answer) {
    terminal.out(format === "json" ? `${toSafeJson(answer, 2)}\n` : print(answer.results, format, terminal));
    return exitCodes.success;
  }
  if (!options["no-wait"]) return printResults(app, answer.id, options, terminal);
  const started = `started ${answer.id}; for its results: drawbridge reevaluate --status ${answer.id}\n`;
  terminal.out(format === "json" ? `${toSafeJson(answer, 2)}\n` : started);
  return exitCodes.success;
}

function isDocumented(state: string): boolean {
  return connectionStates.some((each) => foldName(each) === foldName(state));
}

/** Prints the results of a larger scope: at its end, or those there are if nobody waits. */
async function printResults(
  app: App,
  id: string,
  { "no-wait": noWait, format = "table" }: Options,
  terminal: Terminal,
): Promise<number> {
  const status = noWait ? await app.reevaluation(id) : await ended(app, id, terminal);
  terminal.out(format === "json" ? `${toSafeJson(status, 2)}\n` : print(status.results, format, terminal));
  if (status.status === "running") terminal.err("it is not finished: there will be more results\n");
  for (const unread of status.unread) terminal.err(`not read: ${unread}\n`);
  if (status.failed !== undefined) terminal.err(`failed: ${status.failed}\n`);
  return status.failed === undefined && status.unread.length === 0 ? exitCodes.success : exitCodes.findings;
}

/** The status of a reevaluation at its end; tells its progress meanwhile. */
async function ended(app: App, id: string, { err }: Terminal): Promise<Status> {
  let told = -1;
  for (let pauseMs = firstPauseMs; ; pauseMs = Math.min(longestPauseMs, pauseMs * 2)) {
    const status = await app.reevaluation(id);
    if (status.services !== told)
      err(`services with ${status.states.join(" or ")} connections reviewed so far: ${status.services}\n`);
    told = status.services;
    if (status.status !== "running") return status;
    await setTimeout(pauseMs);
  }
}

function print(
  results: readonly Result[],
  format: "table" | "csv",
  { width }: Pick<Terminal, "width">,
): string {
  if (format === "csv") return printCsv(results.map(row), csvColumns);
  if (results.length === 0) return "no connections in these states\n";
  return printTable(
    results.map(row).map(({ connection = "", verdict = "", decided = "", person = "", ...rest }) => ({
      ...rest,
      connection: shortName(connection),
      // An older app does not say who.
      verdict: decided === "" ? verdict : `${verdict} (${person || "a person"}: ${decided})`,
    })),
    columns,
    width,
  );
}

function row({
  connection,
  state = "",
  verdict,
  person: decided,
  decidedBy: person = "",
  rule = "",
  applied,
  reason,
  reasons = [],
}: Result): Rows[number] {
  return {
    connection,
    state,
    verdict: verdict ?? "",
    rule,
    applied: applied ? "yes" : "no",
    reason: whyOf(reasons.join("; "), reason),
    decided: decided ?? "",
    person,
  };
}

/** The policy's reasons, and why nothing was applied where they do not say it. */
function whyOf(reasons: string, notApplied: string | undefined): string {
  if (reasons === "") return notApplied ?? "";
  // Who asked for a dry run knows that it is one.
  if (notApplied === undefined || notApplied === "dry run") return reasons;
  return notApplied.includes(reasons) ? notApplied : `not applied: ${notApplied}; ${reasons}`;
}
