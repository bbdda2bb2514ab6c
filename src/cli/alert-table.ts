import { alert, type AlertType } from "../lib/alerts/alert.ts";
import { dataSchema } from "../lib/alerts/kind.ts";
import { alertKinds } from "../lib/alerts/kinds.ts";
import { severityOf } from "../lib/alerts/severity.ts";
import { cloudEvent } from "../lib/alerts/sinks/cloud-event.ts";

const at = "2026-11-24T12:15:00.000Z";
const subject =
  "/subscriptions/…/resourceGroups/rg-apim/providers/Microsoft.ApiManagement/service/apim-orders";

/** Every kind of alert as Markdown: what it means, its schema and an example. */
export function printAlertTable(): string {
  const types = (Object.keys(alertKinds) as AlertType[]).toSorted((a, b) => (a < b ? -1 : 1));
  const rows = types.map(
    (type) =>
      `| [${short(type)}](#${short(type).toLowerCase()}) | ${severityOf[type]} | ${alertKinds[type].summary} |`,
  );
  return `# Alerts

Made by \`npm run drawbridge -- schema --of alerts\`; how they are delivered, and where, is in [sinks](sinks.md).

| kind | severity | when |\n| --- | --- | --- |\n${rows.join("\n")}\n\n${types.map(section).join("\n")}`;
}

function section(type: AlertType): string {
  const kind = alertKinds[type];
  const { subject: about, summary, example } = kind;
  const subjects = about.startsWith("`") ? (about.replaceAll("`", "").split(" ")[0] ?? "") : subject;
  const event = cloudEvent(alert(type, subjects, "1", at, example));
  return `### ${short(type)}

${summary} Subject: ${about}.

\`\`\`json
${JSON.stringify(event, null, 2)}
\`\`\`

<details><summary>JSON Schema of <code>data</code></summary>

\`\`\`json
${JSON.stringify(dataSchema(kind), null, 2)}
\`\`\`

</details>
`;
}

function short(type: AlertType): string {
  return type.slice("Drawbridge.".length);
}
