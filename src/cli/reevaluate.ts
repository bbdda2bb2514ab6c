import { setTimeout } from "node:timers/promises";
import type { Answer } from "../functions/http/answers.ts";
import { toSafeJson } from "../lib/json.ts";
import { appAt, type App } from "./app.ts";
import { defineCommand, type Terminal } from "./command.ts";
import { exitCodes, UsageError } from "./exit-codes.ts";
import { shortName } from "./listing.ts";
import { printCsv, printTable, type Rows } from "./rows.ts";

type Result = Answer<"ReviewResult">;
type Status = Answer<"ReevaluationStatus">;

const columns = ["connection", "state", "verdict", "rule", "applied", "reason"];
const csvColumns = [...columns, "decided"];
/** Pauses between two looks at the progress of a large scope: each is twice as long as the one before, up to this. */
const firstPauseMs = 200;
const longestPauseMs = 5_000;

export const reevaluate = defineCommand({
  name: "reevaluate",
  summary: "review a connection, a service or a larger scope now",
  usage: ["reevaluate --scope <scope> [--dry-run] [--states <state,...>] [--no-wait]"],
  description: `Asks the running app. A scope is all, the ARM id of a connection, service, resource group, subscription or management
group, or a name such as apim-orders or apim-orders/pe-payments. A scope of more than one service is reviewed in the
background; the command waits for its end. It lists at most 500 results; the decisions have all of them.`,
  options: {
    scope: { value: "<scope>", description: "what to review (required)" },
    "dry-run": {
      description: "report the policy's verdicts and change nothing; breakers and rate limits are left out",
    },
    states: {
      value: "<state,...>",
      description: "states of the connections to review (default Pending)",
    },
    "no-wait": { description: "do not wait for the end of a larger scope" },
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
  run: async ({ options: { scope, states, format = "table", ...flags } }, terminal) => {
    if (scope === undefined) throw new UsageError("--scope is required, such as --scope apim-orders");
    const app = appAt(terminal);
    if (flags["dry-run"])
      terminal.err(
        "not simulated: the breakers and rate limits of the app, which may put off what is approved here\n",
      );
    const answer = await app.reevaluate({
      scope,
      dryRun: flags["dry-run"],
      ...(states === undefined ? {} : { states: states.split(",").map((each) => each.trim()) }),
    });
    if ("results" in answer) {
      terminal.out(format === "json" ? `${toSafeJson(answer, 2)}\n` : print(answer.results, format));
      return exitCodes.success;
    }
    if (flags["no-wait"]) {
      terminal.out(
        format === "json" ? `${toSafeJson(answer, 2)}\n` : `started ${answer.id}: ${answer.status}\n`,
      );
      return exitCodes.success;
    }
    const status = await ended(app, answer.id, terminal);
    terminal.out(format === "json" ? `${toSafeJson(status, 2)}\n` : print(status.results, format));
    for (const id of status.unread) terminal.err(`not read: ${id}\n`);
    if (status.failed !== undefined) terminal.err(`failed: ${status.failed}\n`);
    return status.failed === undefined && status.unread.length === 0 ? exitCodes.success : exitCodes.findings;
  },
});

/** The status of a reevaluation at its end; tells its progress meanwhile. */
async function ended(app: App, id: string, { err }: Terminal): Promise<Status> {
  let told = -1;
  for (let pauseMs = firstPauseMs; ; pauseMs = Math.min(longestPauseMs, pauseMs * 2)) {
    const status = await app.reevaluation(id);
    if (status.services !== told) err(`services with such connections reviewed: ${status.services}\n`);
    told = status.services;
    if (status.status !== "running") return status;
    await setTimeout(pauseMs);
  }
}

function print(results: readonly Result[], format: "table" | "csv"): string {
  if (format === "csv") return printCsv(results.map(row), csvColumns);
  if (results.length === 0) return "no connections in these states\n";
  return printTable(
    results.map(row).map(({ connection = "", verdict = "", decided = "", ...rest }) => ({
      ...rest,
      connection: shortName(connection),
      verdict: decided === "" ? verdict : `${verdict} (a person: ${decided})`,
    })),
    columns,
  );
}

function row({
  connection,
  state = "",
  verdict,
  person,
  rule = "",
  applied,
  reason,
  reasons = [],
}: Result): Rows[number] {
  const why = reasons.length === 0 ? (reason ?? "") : reasons.join("; ");
  return {
    connection,
    state,
    verdict: verdict ?? "",
    rule,
    applied: applied ? "yes" : "no",
    reason: why,
    decided: person ?? "",
  };
}
