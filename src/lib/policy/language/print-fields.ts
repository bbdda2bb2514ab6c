import { fields, type Field, type Source } from "./fields.ts";
import { functionNames } from "./functions.ts";

const sources: Readonly<Partial<Record<Source, string>>> = {
  connection: "Read from the connection",
  endpoint: "Read from the private endpoint",
  network: "Read from its virtual network",
  requester: "Read from its subscription",
  service: "Read from the service",
  time: "Read from the clock",
};

/** Prints the catalogue as Markdown, one table for each source of fields. */
export function printFieldTable(): string {
  return Object.entries(sources)
    .map(([source, title]) => {
      const rows = fields
        .filter((field) => field.source === source)
        .map((field) => [`\`${field.name}\``, field.type, marked(field), field.description]);
      return `### ${title} (\`${source}\`)\n\n${markdown(["field", "type", "by", "what it is"], rows)}`;
    })
    .join("\n");
}

/** Who asserts a value: p for the platform, r for the requester; both for an id. */
function marked({ assertedBy, platformSegments }: Field): string {
  if (platformSegments !== undefined) return "p, r";
  return assertedBy === "platform" ? "p" : "r";
}

export function printFunctionTable(): string {
  return `${functionNames.map((name) => `\`${name}\``).join(" ")}\n`;
}

/** Pads the cells as Markdown formatters do. */
function markdown(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((title, column) =>
    Math.max(3, title.length, ...rows.map((row) => (row[column] ?? "").length)),
  );
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(" | ")} |`;
  const rule = `| ${widths.map((width) => "-".repeat(width)).join(" | ")} |`;
  return [line(head), rule, ...rows.map(line)].map((each) => `${each}\n`).join("");
}
