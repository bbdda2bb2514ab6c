import { basename } from "node:path";
import { inOneLine } from "../coverage/explanations.ts";
import type { Mutant } from "./mutants.ts";

/** A row of `equivalent.md`: a mutant that no test can notice, because the program does the same with it. */
export interface Equivalent {
  readonly file: string;
  /** The line of the source on which what is replaced begins, without its indentation. */
  readonly line: string;
  readonly original: string;
  readonly replacement: string;
  readonly why: string;
}

/** Reads the rows of the tables in `equivalent.md`. */
export function readEquivalents(markdown: string): Equivalent[] {
  return markdown.split("\n").flatMap((row) => {
    const found = /^\| (src\/[^ ]+) +\| `(.+?)` +\| `(.+?)` +\| `(.+?)` +\| (.+?) +\|$/.exec(row);
    if (found === null) return [];
    const [file = "", line = "", original = "", replacement = "", why = ""] = found.slice(1).map(unescaped);
    return [{ file, line, original, replacement, why }];
  });
}

/**
 * Whether a row is about this mutant. Lines are found by their text, because their numbers change; a row is about each
 * line with that text.
 */
export function isEquivalent(row: Equivalent, file: string, source: string, mutant: Mutant): boolean {
  return (
    row.file === file &&
    row.line === lineOf(source, mutant) &&
    row.original === inOneLine(mutant.original) &&
    row.replacement === inOneLine(mutant.replacement)
  );
}

/** The row that would explain a mutant, but for the reason. */
export function rowOf(file: string, source: string, mutant: Mutant): string {
  const { original, replacement } = mutant;
  const texts = [lineOf(source, mutant), inOneLine(original), inOneLine(replacement)];
  return `| ${file} | ${texts.map((text) => `\`${text.replaceAll("|", "\\|")}\``).join(" | ")} |`;
}

/** A mutant for people: `judge.ts:12: a === b  →  ((a) !== (b))`. */
export function printed(file: string, { line, original, replacement }: Mutant): string {
  return `${basename(file)}:${line}: ${inOneLine(original)}  →  ${inOneLine(replacement)}`;
}

function lineOf(source: string, { line }: Mutant): string {
  return (source.split("\n")[line - 1] ?? "").trim();
}

function unescaped(text: string): string {
  return text.replaceAll("\\|", "|");
}
