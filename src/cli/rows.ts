import { sanitizeText } from "../lib/sanitize-text.ts";
import { wrap } from "./wrap.ts";

/** Formats of rows: tables for people, JSON and csv for scripts. */
export type Rows = readonly Readonly<Record<string, string>>[];

/** Between two columns. */
const gap = "  ";
/** A last column with less room than this stands below its row, where it has nearly the whole width. */
const leastRoom = 40;
const indent = "    ";

/**
 * Aligned columns under their names. An empty cell is a dash. In a terminal of that width the last column, which may be
 * a long text, is wrapped; names and ids in the others stay whole, to be copied.
 */
export function printTable(rows: Rows, columns: readonly string[], width = Infinity): string {
  const cells = [
    columns.map((name) => name.toUpperCase()),
    ...rows.map((row) => columns.map((name) => shown(row[name]))),
  ];
  const widths = columns.map((_, index) => Math.max(...cells.map((line) => line[index]?.length ?? 0)));
  const start = widths.slice(0, -1).reduce((sum, each) => sum + each + gap.length, 0);
  const isFitting = start + (widths.at(-1) ?? 0) <= width;
  return cells
    .map((line) => {
      const others = line.slice(0, -1).map((cell, index) => cell.padEnd(widths[index] ?? 0) + gap);
      const [before, last] = [others.join(""), line.at(-1) ?? ""];
      return `${isFitting ? `${before}${last}` : withLastWrapped(before, last, width)}\n`;
    })
    .join("");
}

function withLastWrapped(before: string, last: string, width: number): string {
  const room = width - before.length;
  if (room >= leastRoom) return before + wrap(last, room).join(`\n${" ".repeat(before.length)}`);
  return [before.trimEnd(), ...wrap(last, width - indent.length).map((line) => indent + line)].join("\n");
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
