import { alertKinds, severities } from "../lib/alerts/severity.ts";
import { appAt, type ListedAlert } from "./app.ts";
import { defineCommand } from "./command.ts";
import { exitCodes } from "./exit-codes.ts";
import { pageOf, printList, rangeOptions, shortName, topOption } from "./listing.ts";
import type { Rows } from "./rows.ts";

const columns = ["at", "severity", "kind", "subject", "reason"];
/** As they were first: scripts find them by their names. */
const csvColumns = ["time", "severity", "kind", "subject", "reason"];

export const alerts = defineCommand({
  name: "alerts",
  summary: "list alerts",
  usage: [
    "alerts [--resource <name>] [--kind <kind>] [--severity <severity>] [--last <duration>] [--top <count>]",
  ],
  description: "Asks the running app; newest first. docs/alerts.md says what each kind means and what to do.",
  options: {
    resource: {
      value: "<name>",
      description: "only about this service or public IP address; app: about Drawbridge itself",
    },
    kind: { choices: alertKinds, value: "<kind>", description: "kind, such as ConnectionHeld" },
    severity: { choices: severities, description: "severity" },
    ...rangeOptions,
    ...topOption,
    format: { choices: ["table", "json", "csv"], description: "output (default table)" },
  },
  noPaths: "name a service with --resource",
  examples: ["alerts --severity critical --last 24h", "alerts --resource apim-orders --format json"],
  exit: { success: "the alerts were printed" },
  run: async ({ options: { format, top, ...filter } }, terminal) => {
    const items = appAt(terminal).alerts({ ...filter, top: pageOf(top, format) });
    const wide = format === "csv" || format === "json";
    await printList(
      { items, row: (each: ListedAlert) => row(each, wide), columns, csvColumns, empty: "no alerts match" },
      { format, top },
      terminal,
    );
    return exitCodes.success;
  },
});

function row({ time, severity, type, subject, data }: ListedAlert, wide: boolean): Rows[number] {
  return {
    at: time,
    time,
    severity,
    kind: type.slice("Drawbridge.".length),
    // Only an id is shortened: breaker/requests is a name as it stands.
    subject: wide || !subject.startsWith("/") ? subject : shortName(subject),
    reason: typeof data.reason === "string" ? data.reason : "",
  };
}
