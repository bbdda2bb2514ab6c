import type { Answer } from "../functions/http/answers.ts";
import { toSafeJson } from "../lib/json.ts";
import { sanitizeText } from "../lib/sanitize-text.ts";
import { appAt } from "./app.ts";
import { defineCommand } from "./command.ts";
import { csvColumns, formats, rowOf, service, subscription } from "./connection-row.ts";
import { exitCodes } from "./exit-codes.ts";
import { rangeOptions, shortName } from "./listing.ts";
import { cleaned, printCsv, printTable } from "./rows.ts";

/** As much of a requester's message as a table has room for. */
const messageMax = 40;

export const held = defineCommand({
  name: "held",
  summary: "list what waits for a person",
  usage: [
    "held [--service <name>] [--subscription <id>] [--last <duration>] [--from <instant>] [--to <instant>]",
  ],
  description:
    "Asks the running app; newest first, by the time of the last decision. --last, --from and --to are about that time, and about what is counted too. What is held only until a change window opens, because the mode applies nothing, or by a breaker, is counted and not listed; so is what a person approved while the approvals breaker is open. REQUESTER is the subscription of the private endpoint, and MESSAGE what the requester wrote, of which csv has all.",
  options: {
    service,
    subscription,
    ...rangeOptions,
    format: { choices: formats, description: "output (default table)" },
  },
  noPaths: "name a service with --service",
  examples: ["held", "held --last 24h", "held --service apim-orders --format json"],
  exit: {
    success: "nothing that was asked for waits for a person",
    findings: "connections wait for a person",
  },
  run: async ({ options: { format = "table", ...filter } }, terminal) => {
    const found = await appAt(terminal).held(filter);
    if (format === "json") terminal.out(`${toSafeJson(found, 2)}\n`);
    else if (format === "csv") terminal.out(printCsv(found.held.map(rowOf), csvColumns));
    else
      terminal.out(
        printHeld(
          found,
          Object.values(filter).some((each) => each !== undefined),
          terminal.width,
        ),
      );
    return found.held.length === 0 ? exitCodes.success : exitCodes.findings;
  },
});

function printHeld(
  { held: found, waitingForWindow, waitingForMode, waitingForBreaker }: Answer<"Held">,
  isNarrowed: boolean,
  width: number | undefined,
): string {
  const rows = found.map(rowOf).map(({ connection = "", message = "", ...rest }) => ({
    ...rest,
    connection: shortName(connection),
    message: sanitizeText(cleaned(message).replaceAll(/\s+/g, " "), messageMax),
  }));
  const table =
    rows.length === 0
      ? `nothing ${isNarrowed ? "of this " : ""}waits for a person\n`
      : printTable(rows, ["at", "connection", "requester", "message", "rule", "reason"], width);
  const others = [
    ...(waitingForWindow === 0 ? [] : [`waiting for a change window: ${waitingForWindow}`]),
    ...(waitingForMode === 0 ? [] : [`waiting for the mode: ${waitingForMode}`]),
    ...(waitingForBreaker === 0
      ? []
      : [
          `waiting for a breaker: ${waitingForBreaker} (drawbridge health says which; connections --wait breaker lists them)`,
        ]),
  ];
  return table + others.map((line) => `${line}\n`).join("");
}
