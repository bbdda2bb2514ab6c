import { fields, type Field } from "./field.ts";
import { functionNames } from "./functions.ts";

const sources = {
  connection: "the connection",
  service: "the service",
  endpoint: "the private endpoint",
  network: "its virtual network",
  requester: "its subscription",
  time: "the clock",
  document: "the document",
} as const;

/** The fields as a Markdown table, made from the catalogue that the loader reads. */
export function printFieldTable(): string {
  const rows = fields.map((field) => [
    `\`${field.name}\``,
    field.type,
    marked(field),
    sources[field.source],
    field.description,
  ]);
  return markdown(["field", "type", "", "read from", "what it is"], rows);
}

/** Whose word a value is; of an id in parts, both. */
function marked({ assertedBy, platformSegments }: Field): string {
  if (platformSegments !== undefined) return "**p**, **r**";
  return assertedBy === "platform" ? "**p**" : "**r**";
}

export function printFunctionTable(): string {
  return `${functionNames.map((name) => `\`${name}\``).join(" ")}\n`;
}

/** Padded, as formatters of Markdown leave a table. */
function markdown(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((title, column) =>
    Math.max(3, title.length, ...rows.map((row) => (row[column] ?? "").length)),
  );
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(" | ")} |`;
  const rule = `| ${widths.map((width) => "-".repeat(width)).join(" | ")} |`;
  return [line(head), rule, ...rows.map(line)].map((each) => `${each}\n`).join("");
}
