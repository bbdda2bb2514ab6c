import { sanitizeText } from "../lib/sanitize-text.ts";

/** Formats of rows: tables for people, JSON and csv for scripts. */
export type Rows = readonly Readonly<Record<string, string>>[];

/** Aligned columns under their names. An empty cell is a dash. */
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

/** Replaces control characters, which could steer a terminal, by spaces. */
export function cleaned(text: string): string {
  return sanitizeText(text, Infinity).trim();
}

/** RFC 4180. A cell that a spreadsheet would read as a formula is marked as text. */
export function printCsv(rows: Rows, columns: readonly string[]): string {
  return [columns, ...rows.map((row) => columns.map((name) => row[name] ?? ""))]
    .map((line) => `${line.map(csvCell).join(",")}\r\n`)
    .join("");
}

/** Spreadsheets in East Asian locales accept the full-width signs too. */
const formula = /^[=+\-@\uff1d\uff0b\uff0d\uff20]/;

/**
 * The same behind a semicolon or a bar, where spreadsheets of many locales split a line, whatever quotes stand around
 * it.
 */
const innerFormula = /([;|]\s*)(?=[=+\-@\uff1d\uff0b\uff0d\uff20])/g;

function csvCell(text: string): string {
  const clean = cleaned(text);
  const inert = (formula.test(clean) ? `'${clean}` : clean).replaceAll(innerFormula, "$1'");
  return /[",]/.test(inert) ? `"${inert.replaceAll('"', '""')}"` : inert;
}
