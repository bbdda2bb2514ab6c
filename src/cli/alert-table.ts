import { alertGuide } from "../lib/alerts/alert-guide.ts";
import { alert, type AlertType } from "../lib/alerts/alert.ts";
import type { AlertKind } from "../lib/alerts/catalogue-entry.ts";
import { alertKinds } from "../lib/alerts/catalogue.ts";
import { severities, severityOf } from "../lib/alerts/severity.ts";
import { cloudEvent, eventDataSchema } from "../lib/alerts/sinks/cloud-event.ts";
import type { Schema } from "../lib/json-schema.ts";

const at = "2026-11-24T12:15:00.000Z";
const subject =
  "/subscriptions/…/resourceGroups/rg-apim/providers/Microsoft.ApiManagement/service/apim-orders";
const connection = `${subject}/privateEndpointConnections/pe-web.1`;

/** Every kind of alert as Markdown: what it means, what to do, its fields, an example and its schema. */
export function printAlertTable(): string {
  const types = (Object.keys(alertKinds) as AlertType[]).toSorted((a, b) => (a < b ? -1 : 1));
  const index = severities.map((severity) => {
    const links = types
      .filter((type) => severityOf[type] === severity)
      .map((type) => `[${short(type)}](#${short(type).toLowerCase()})`);
    return `**${severity}**: ${links.join(",\n")}`;
  });
  return `# Alerts

Made by \`npm run drawbridge -- schema --of alerts\`. [Sinks](sinks.md) says where alerts go and how they are delivered.

The type of an alert is \`Drawbridge.\` and its name below. Every \`data\` has \`reason\`, which says in words what happened.
What to do is below each kind under Look first and Fix, and in short in the \`reason\` or the \`todo\` of some. A
CloudEvent also has \`severity\` in its \`data\`; \`GET /api/alerts\` has it beside \`data\`. Later versions may add fields:
ignore those that you do not know.

${index.join("\n\n")}

${types.map(section).join("\n")}`;
}

function section(type: AlertType): string {
  const kind = alertKinds[type];
  const { subject: about, exampleSubject, meaning, example } = kind;
  const { look, fix } = alertGuide[type];
  const ofConnection = about.startsWith("the connection's ARM id") ? connection : undefined;
  const literal = about.startsWith("`") ? about.replaceAll("`", "").split(" ")[0] : undefined;
  const event = cloudEvent(
    alert(type, exampleSubject ?? ofConnection ?? literal ?? subject, {
      version: "1",
      time: at,
      data: example,
    }),
  );
  return `## ${short(type)}

${meaning}

- **Severity**: ${severityOf[type]}
- **Subject**: ${about}
- **Look first**: ${look}
- **Fix**: ${fix}
${fieldsOf(kind)}
<details><summary>Example, and JSON Schema of <code>data</code></summary>

\`\`\`json
${compact(event)}
\`\`\`

\`\`\`json
${compact(eventDataSchema(type, kind))}
\`\`\`

</details>
`;
}

/** The fields of `data` besides those of every alert, a line each. */
function fieldsOf({ required, optional = {} }: AlertKind): string {
  const { reason: _, ...own } = required;
  const lines = [
    ...Object.entries(own).map(([name, schema]) => `  - \`${name}\`: ${describe(schema)}`),
    ...Object.entries(optional).map(([name, schema]) => `  - \`${name}\`, where known: ${describe(schema)}`),
  ];
  return lines.length === 0 ? "" : `- **Fields**:\n${lines.join("\n")}\n`;
}

/** A schema in words. */
function describe({ type, enum: values, items, properties, pattern, additionalProperties }: Schema): string {
  if (Array.isArray(values)) return values.map((value) => `\`${String(value)}\``).join(", ");
  if (type === "array") return `a list of ${describe(items as Schema)}`;
  if (properties !== undefined) return `\`{ ${Object.keys(properties as object).join(", ")} }\``;
  if (type === "object") return additionalProperties === undefined ? "an object" : "numbers by name";
  if (type === "number") return "a number";
  return pattern === undefined ? "text" : "an instant, ISO 8601";
}

const width = 110;

/** JSON with every value that fits on one line. */
function compact(value: unknown, indent = ""): string {
  const line = inline(value);
  if (indent.length + line.length <= width || typeof value !== "object" || value === null) return line;
  const inner = `${indent}  `;
  const [open, close] = Array.isArray(value) ? "[]" : "{}";
  const members = Array.isArray(value)
    ? value.map((each) => inner + compact(each, inner))
    : Object.entries(value).map(([name, each]) => `${inner}${JSON.stringify(name)}: ${compact(each, inner)}`);
  return `${open}\n${members.join(",\n")}\n${indent}${close}`;
}

function inline(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(inline).join(", ")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const members = Object.entries(value).map(([name, each]) => `${JSON.stringify(name)}: ${inline(each)}`);
  return members.length === 0 ? "{}" : `{ ${members.join(", ")} }`;
}

function short(type: AlertType): string {
  return type.slice("Drawbridge.".length);
}
