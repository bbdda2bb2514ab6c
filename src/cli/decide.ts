import { toSafeJson } from "../lib/json.ts";
import { parseInstant } from "../lib/policy/values/instant.ts";
import { Refused } from "./app-client.ts";
import { appAt } from "./app.ts";
import { defineCommand } from "./command.ts";
import { exitCodes, UsageError } from "./exit-codes.ts";
import { cleaned } from "./rows.ts";

/** Answers that are about the connection, and not about how the command was called. */
const statesOfConnections = [403, 404, 409];
const isDate = /^[\d-]+$/;

export const decide = defineCommand({
  name: "decide",
  summary: "approve or reject a connection that is held, or change an approval that waits",
  usage: [
    "decide approve --connection <name> --reason <why> [--until <instant>]",
    "decide reject --connection <name> --reason <why>",
  ],
  description: `Asks the running app, which records the decision with the name in the token (DRAWBRIDGE_TOKEN, app role
Drawbridge.Operator), and applies it as it applies those of the policy. What the policy rejects cannot be approved here: that
takes an exemption in the policy. What a person approved can be rejected (in mode enforce), or approved until another time or
without end, as long as it is not sent to Azure, such as while the approvals breaker is open. A connection is named by its ARM
id or by the whole names of service and connection; the id of what was decided is printed. An approval that ends can be
renewed before or after its end.`,
  options: {
    connection: {
      value: "<name>",
      description: "private endpoint connection (required): its ARM id, or apim-orders/pe-payments",
    },
    reason: { value: "<why>", description: "why; recorded, and shown to the requester on Azure (required)" },
    until: {
      value: "<instant>",
      description:
        "when the approval ends, and the connection is re-evaluated; a date such as 2027-03-31 is its beginning in UTC, so that the day before is the last one",
    },
    format: { choices: ["text", "json"], description: "output (default text)" },
  },
  words: ["approve", "reject"],
  examples: [
    'decide approve --connection "$CONNECTION_ID" --reason "partner onboarded, CHG-4711"',
    'decide approve --connection "$CONNECTION_ID" --reason "pilot" --until 2027-03-31T00:00:00Z',
    'decide reject --connection "$CONNECTION_ID" --reason "use the public gateway"',
  ],
  exit: {
    success: "the decision is recorded, and applied or about to be",
    findings:
      "the app refuses: no such connection, or its phase, the policy, mode or scope, --until or the role",
  },
  run: async ({ paths: [verdict, ...rest], options: { connection, reason, format, ...until } }, terminal) => {
    if ((verdict !== "approve" && verdict !== "reject") || rest.length > 0)
      throw new UsageError("name one verdict: approve or reject");
    if (connection === undefined || reason === undefined)
      throw new UsageError("--connection and --reason are required");
    if (until.until !== undefined && parseInstant(until.until) === undefined)
      throw new UsageError(
        `--until is "${until.until}"; it must be an instant such as 2027-03-31T00:00:00Z, or a date`,
      );
    try {
      const answer = await appAt(terminal).decide({ connection, verdict, reason, ...until });
      const { applied, waitsFor, state, decisionId } = answer;
      // Also where the one before had an end: none is removed in silence.
      const endless = verdict === "approve" ? "; the approval has no end" : "";
      const begins = isDate.test(until.until ?? "") ? ", as that day begins in UTC" : "";
      const end = answer.until === undefined ? endless : `; the approval ends at ${answer.until}${begins}`;
      const outcome = `${applied ? `is ${state}` : `is not changed yet: ${waitsFor}`}${end}`;
      terminal.out(
        format === "json"
          ? `${toSafeJson(answer, 2)}\n`
          : `recorded as ${decisionId}; ${cleaned(`${answer.connection} ${outcome}`)}\n`,
      );
      return exitCodes.success;
    } catch (error) {
      if (!(error instanceof Refused) || !statesOfConnections.includes(error.status)) throw error;
      terminal.err(`drawbridge decide: ${error.message}\n`);
      return exitCodes.findings;
    }
  },
});
