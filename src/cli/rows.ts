import { sanitizeText } from "../lib/sanitize-text.ts";

/** Rows as people read them, and as scripts take them. */
export type Rows = readonly Readonly<Record<string, string>>[];

/** Columns in line, under their names; cells that would be empty are a dash. */
export function printTable(rows: Rows, columns: readonly string[]): string {
  const cells = [
    columns.map((name) => name.toUpperCase()),
    ...rows.map((row) => columns.map((name) => shown(row[name]))),
  ];
  const widths = columns.map((_, index) => Math.max(...cells.map((line) => line[index]?.length ?? 0)));
  return cells
    .map((line) =>
      line
        .map((cell, index) => cell.padEnd(widths[index] ?? 0))
        .join("  ")
        .trimEnd(),
    )
    .map((line) => `${line}\n`)
    .join("");
}

function shown(text = ""): string {
  return cleaned(text) || "-";
}

/** What could steer a terminal is a space. */
export function cleaned(text: string): string {
  return sanitizeText(text, Infinity).trim();
}

/** RFC 4180; a cell that a spreadsheet would take for a formula is told to be text. */
export function printCsv(rows: Rows, columns: readonly string[]): string {
  return [columns, ...rows.map((row) => columns.map((name) => row[name] ?? ""))]
    .map((line) => `${line.map(csvCell).join(",")}\r\n`)
    .join("");
}

/** Spreadsheets of the East take the full-width signs too. */
const formula = /^[=+\-@\uff1d\uff0b\uff0d\uff20]/;

function csvCell(text: string): string {
  const clean = cleaned(text);
  const inert = formula.test(clean) ? `'${clean}` : clean;
  return /[",]/.test(inert) ? `"${inert.replaceAll('"', '""')}"` : inert;
}
